import { selectTlsRoutes } from '../gateway/index.ts';
import { type InterpretRules, type LintFinding, selectStates } from '../ingress/index.ts';
import { compareManifests, type ManifestStates } from '../preview/manifests-diff.ts';
import type { RouteChange, WaitingClaim } from '../preview/route-change.ts';
import { judgeLint } from './lint-judge.ts';
import { gatewaysArePartial, type JudgedSources } from './lint-source.ts';
import type { PlanJson } from './types.ts';

/** Everything that `nspass plan` has found out. */
export interface PlanReport {
  readonly routes: readonly RouteChange[];
  readonly waiting: readonly WaitingClaim[];
  /** Undefined where no appliance was asked. */
  readonly commands: readonly string[] | undefined;
  readonly findings: readonly LintFinding[];
  /** Sentences about the plan as a whole. */
  readonly warnings: readonly string[];
}

/** Returns the Ingresses and TLSRoutes of this system among the sources, as a forwarder would publish them. */
export function selectedStates(sources: JudgedSources, classNames: readonly string[]): ManifestStates {
  const { objects, gatewayObjects, partial } = sources;
  const others = objects.map(({ object }) => object);
  const { states, withMembers } = selectStates(others, { classNames, partial });
  const routes = selectTlsRoutes(
    gatewayObjects.map(({ object }) => object),
    others,
    { partial: gatewaysArePartial(sources) },
  );
  return { states: [...states, ...routes], withMembers };
}

/** Returns what lint says about the sources of a plan: comments and annotations leave findings out here, too. */
export function planFindings(
  sources: JudgedSources,
  classNames: readonly string[],
  rules: InterpretRules,
): readonly LintFinding[] {
  return judgeLint(sources, { rules, classNames, ignored: new Set() }).findings;
}

/**
 * Compares two sets of manifests, as `nspass plan --base` does. Pure.
 *
 * @param classNames only these ingress classes; those of the vendor's controller if empty.
 */
export function planManifests(
  cluster: string,
  base: JudgedSources,
  next: JudgedSources,
  classNames: readonly string[],
  rules: InterpretRules,
): PlanReport {
  const compared = compareManifests(cluster, selectedStates(base, classNames), selectedStates(next, classNames), rules);
  return { ...compared, commands: undefined, findings: planFindings(next, classNames, rules), warnings: [] };
}

/** Returns how many routes would be added, changed and removed. */
export function planSummary(routes: readonly RouteChange[]): PlanJson['summary'] {
  const count = (kind: RouteChange['change']): number => routes.filter(({ change }) => change === kind).length;
  return { add: count('add'), change: count('change'), remove: count('remove') };
}

/** Returns the report as programs read it. */
export function planJson({ routes, waiting, commands = [], findings, warnings }: PlanReport): PlanJson {
  return {
    summary: planSummary(routes),
    routes,
    waiting,
    objects: commands.map((command) => ({ op: command.split(' ', 1)[0] as string, command })),
    findings,
    warnings,
  };
}
