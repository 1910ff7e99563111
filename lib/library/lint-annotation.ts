import type { Finding } from '../contract/index.ts';
import { type LintedGatewayObject, nameOfKind, TLS_ROUTE_ANNOTATIONS } from '../gateway/index.ts';
import { quote } from '../ingress/finding.ts';
import {
  annotationPath,
  finding,
  LINT_IGNORE,
  type LintedObject,
  type LintFinding,
  type LocatedIn,
  locate,
  OWN_ANNOTATIONS,
  OWN_PREFIX,
  type OwnAnnotationName,
} from '../ingress/index.ts';
import { isFindingCode, unknownFinding } from './finding-code.ts';

/** Longest list of codes, in characters. */
const LONGEST = 2_000;

/** Codes that objects ignore, and findings about those annotations. */
export interface AnnotationIgnores {
  /** Returns whether the object that a finding is about ignores it. */
  ignores(found: LintFinding): boolean;
  readonly findings: readonly LintFinding[];
}

interface IgnoredCodes {
  readonly codes: readonly string[];
  readonly findings: readonly Finding[];
}

function codesOf(value: string): IgnoredCodes {
  if (value.length > LONGEST) {
    const message = `${LINT_IGNORE} is longer than ${LONGEST} characters, and ignores nothing`;
    return { codes: [], findings: [finding('InvalidAnnotation', { message, path: annotationPath(LINT_IGNORE) })] };
  }
  const codes = value.split(/[\s,]+/).filter((code) => code !== '');
  const findings = codes
    .filter((code) => !isFindingCode(code))
    .map((code) =>
      finding('InvalidAnnotation', {
        message: `${LINT_IGNORE}: ${unknownFinding(code)}`,
        path: annotationPath(LINT_IGNORE),
        value: code,
        remedy: 'Correct the code, or remove it.',
      }),
    );
  return { codes, findings };
}

const keysOf = (names: readonly OwnAnnotationName[]): ReadonlySet<string> =>
  new Set(names.map((name) => `${OWN_PREFIX}${name}`));

/** Annotations that have an effect on an Ingress, and on a TLSRoute. */
const ON_INGRESSES = keysOf(OWN_ANNOTATIONS);
const ON_TLS_ROUTES = keysOf(TLS_ROUTE_ANNOTATIONS);

/** Reports names under the prefix of this project that have no effect on the object. */
function withoutEffect({ kind, known, metadata }: Annotated['object']): Finding[] {
  return Object.keys(metadata.annotations ?? {})
    .filter((key) => key.startsWith(OWN_PREFIX) && key !== LINT_IGNORE && !known.has(key))
    .map((key) => {
      const elsewhere = ON_INGRESSES.has(key);
      const kinds = ON_TLS_ROUTES.has(key) ? 'Ingresses and TLSRoutes' : 'Ingresses';
      return finding('AnnotationUnknown', {
        message: `${quote(key)} ${elsewhere ? `has no effect on a ${kind}` : 'is not a known annotation'}`,
        path: annotationPath(key),
        remedy: elsewhere
          ? `Remove the annotation: it is for ${kinds}.`
          : `Write ${LINT_IGNORE}, or remove the annotation.`,
      });
    });
}

const keyOf = (file: string, namespace: string, name: string): string => JSON.stringify([file, namespace, name]);

/** An object with annotations, under its name in findings. */
type Annotated = LocatedIn<{
  readonly kind: string;
  /** Annotations of this project that have an effect on it. */
  readonly known: ReadonlySet<string>;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}>;

const NONE: ReadonlySet<string> = new Set();

/** Returns the objects whose annotation counts: Ingresses, and objects of the Gateway API. */
function annotated(objects: readonly LintedObject[], gatewayObjects: readonly LintedGatewayObject[]): Annotated[] {
  const named = gatewayObjects
    .filter(({ object }) => object.kind !== 'Namespace')
    .map(({ object, ...source }) => {
      const { kind } = object;
      const metadata = { ...object.metadata, name: nameOfKind(kind, object.metadata.name) };
      return { ...source, object: { kind, metadata, known: kind === 'TLSRoute' ? ON_TLS_ROUTES : NONE } };
    });
  const ingresses = objects.flatMap(({ object, ...source }) =>
    object.kind === 'Ingress'
      ? [{ ...source, object: { kind: object.kind, metadata: object.metadata, known: ON_INGRESSES } }]
      : [],
  );
  return [...ingresses, ...named];
}

/**
 * Reads the annotation of all Ingresses, and of all objects of the Gateway API.
 *
 * | annotation | lint |
 * |---|---|
 * | codes, separated by commas or spaces | ignores these findings of its object |
 * | an unknown code | reports it, and ignores the others |
 * | another name under the prefix of this project | reports it |
 */
export function annotationIgnores(
  objects: readonly LintedObject[],
  gatewayObjects: readonly LintedGatewayObject[] = [],
): AnnotationIgnores {
  const ignored = new Map<string, ReadonlySet<string>>();
  const findings: LintFinding[] = [];
  for (const source of annotated(objects, gatewayObjects)) {
    const { namespace, name, annotations = {} } = source.object.metadata;
    const value = annotations[LINT_IGNORE];
    const read = value === undefined ? { codes: [], findings: [] } : codesOf(value);
    if (read.codes.length > 0) ignored.set(keyOf(source.file, namespace, name), new Set(read.codes));
    findings.push(...[...read.findings, ...withoutEffect(source.object)].map((found) => locate(found, source)));
  }
  return {
    findings,
    ignores: ({ code, file, namespace, name }) => ignored.get(keyOf(file, namespace, name))?.has(code) === true,
  };
}
