import { lintGateways } from '../gateway/index.ts';
import { type InterpretRules, inOrder, type LintFinding, lint } from '../ingress/index.ts';
import { annotationIgnores } from './lint-annotation.ts';
import { notIgnored } from './lint-ignore.ts';
import { gatewaysArePartial, type JudgedSources } from './lint-source.ts';

/** Settings by which manifests are judged. */
export interface LintJudgement {
  readonly rules: InterpretRules;
  /** Only these ingress classes; those of the vendor's controller if empty. */
  readonly classNames: readonly string[];
  /** Codes of findings that are left out. */
  readonly ignored: ReadonlySet<string>;
}

/** What lint has to say about some sources. */
export interface LintVerdict {
  /** Findings that nothing ignores, by file and line. */
  readonly findings: readonly LintFinding[];
  /** Number of Ingresses that request passthrough. */
  readonly ingresses: number;
  /** Number of TLSRoutes and Gateways of this system. */
  readonly tlsRoutes: number;
  readonly gateways: number;
  /** Classes that the sources lack and that are assumed to be ours. */
  readonly assumed: readonly string[];
}

/** Matches messages of the reader about kinds that have the annotation. */
const MAY_IGNORE = /^(Ingress|GatewayClass|Gateway|TLSRoute|ReferenceGrant) /;

/** Judges sources as `nspass lint` does: every finding that no option, comment or annotation ignores. Pure. */
export function judgeLint(sources: JudgedSources, { rules, classNames, ignored }: LintJudgement): LintVerdict {
  const { objects, gatewayObjects, problems, ignores, partial } = sources;
  const { findings, ingresses, assumed } = lint(objects, { rules, classNames, partial });
  const ofGateways = lintGateways(
    gatewayObjects,
    objects.map(({ object }) => object),
    { rules, partial: gatewaysArePartial(sources) },
  );
  const annotated = annotationIgnores(objects, gatewayObjects);
  const kept = [
    // A message of the reader may be about another kind with the same name.
    ...problems.filter((found) => !MAY_IGNORE.test(found.message) || !annotated.ignores(found)),
    ...[...findings, ...ofGateways.findings].filter((found) => !annotated.ignores(found)),
    ...annotated.findings,
  ];
  return {
    findings: notIgnored(inOrder(kept), ignored, ignores),
    ingresses,
    tlsRoutes: ofGateways.routes,
    gateways: ofGateways.gateways,
    assumed,
  };
}
