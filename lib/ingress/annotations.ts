import { compareText, type Finding } from '../contract/index.ts';
import { finding, quote } from './finding.ts';
import { guessIgnored, IGNORED, type IgnoredAnnotation } from './ignored.ts';
import { nearest } from './nearest.ts';
import { yamlRemedy } from './quote-fix.ts';

/** The vendor's prefix of annotations on an Ingress. */
export const PREFIX = 'ingress.citrix.com/';

/** Names the class of an Ingress as before `spec.ingressClassName` existed. Where present, it alone decides (SEL-2). */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Names of the annotations that have an effect, without the prefix. */
export const ANNOTATIONS = [
  'csvserver',
  'frontend-ip',
  'frontend-ipset-name',
  'insecure-port',
  'insecure-termination',
  'lbvserver',
  'monitor',
  'netprofile',
  'secure-backend',
  'secure-port',
  'servicegroup',
  'ssl-passthrough',
] as const;
export type AnnotationName = (typeof ANNOTATIONS)[number];

/** The API server accepts 253 characters, a slash and 63 characters. A longer key does not go into a path. */
const MAX_KEY_LENGTH = 317;

/** Returns the path of an annotation: `metadata.annotations["key"]`. */
export function annotationPath(key: string): string {
  return key.length > MAX_KEY_LENGTH ? 'metadata.annotations' : `metadata.annotations[${JSON.stringify(key)}]`;
}

/** An annotation that has an effect, with the key that its owner wrote. */
export interface Annotation {
  readonly key: string;
  readonly path: string;
  readonly value: string;
}

export interface ParsedAnnotations {
  get(name: AnnotationName): Annotation | undefined;
  /** Findings about deprecated, ignored and unknown annotations. */
  readonly findings: readonly Finding[];
  /** Keys of annotations that would restrict access, but have no effect. */
  readonly restrictionKeys: readonly string[];
  /** Paths of annotations that would choose the front-end address, but have no effect. */
  readonly addressPaths: readonly string[];
}

/** Returns the keys of an annotation, in the order in which they count: the current one before those with underscores. */
export function annotationKeys(name: AnnotationName): string[] {
  const [first = '', ...rest] = name.split('-');
  const written = rest.reduce(
    (forms, word) => forms.flatMap((form) => [`${form}-${word}`, `${form}_${word}`]),
    [first],
  );
  return written.map((form) => `${PREFIX}${form}`).sort(compareText);
}

const KNOWN: ReadonlySet<string> = new Set(ANNOTATIONS);

function isKnown(name: string): name is AnnotationName {
  return KNOWN.has(name);
}

/** Returns whether a key has the vendor's prefix in any case, although only the prefix in lower case is read. */
export function hasPrefix(key: string): boolean {
  return key.slice(0, PREFIX.length).toLowerCase() === PREFIX;
}

/**
 * Returns the effective annotation that a name was probably intended to be.
 *
 * @param name in lower case, with hyphens.
 */
export function intendedAnnotation(name: string): AnnotationName | undefined {
  if (isKnown(name)) return name;
  // Part of the name is enough: no other annotation has this word.
  if (/pass-?thro?u/.test(name)) return 'ssl-passthrough';
  return nearest(name, ANNOTATIONS) as AnnotationName | undefined;
}

/** An annotation of the vendor's prefix: either effective, or without effect and with a finding. */
type Classified =
  | { name: AnnotationName; deprecated: boolean }
  | { finding: Finding; restricts?: true; choosesAddress?: true };

function classify(key: string, value: string): Classified {
  const written = key.slice(PREFIX.length);
  const name = written.replaceAll('_', '-');
  if (isKnown(name) && key.startsWith(PREFIX)) return { name, deprecated: name !== written };
  const lower = name.toLowerCase();
  const intended = intendedAnnotation(lower);
  const ignored = IGNORED.get(lower) ?? (intended === undefined ? guessIgnored(lower) : undefined);
  return ignored === undefined
    ? { finding: unknownAnnotation(key, lower, intended, value) }
    : ignoredAnnotation(key, ignored, value);
}

function ignoredAnnotation(
  key: string,
  { why, remedy, restricts, choosesAddress }: IgnoredAnnotation,
  value: string,
): Classified {
  const found = finding('AnnotationIgnored', {
    message: `${quote(key)} has no effect: ${why}`,
    path: annotationPath(key),
    ...(remedy === undefined ? {} : { remedy }),
  });
  // Most SSL profiles choose ciphers, but some request client certificates.
  const requestsClientCertificates = /sslprofile$/.test(key) && /clientauth["']?\s*:\s*["']?enabled/i.test(value);
  return {
    finding: found,
    ...(restricts === true || requestsClientCertificates ? { restricts: true } : {}),
    ...(choosesAddress === undefined ? {} : { choosesAddress }),
  };
}

function unknownAnnotation(key: string, lower: string, intended: AnnotationName | undefined, value: string): Finding {
  const path = annotationPath(key);
  if (intended === lower) {
    const message = `${quote(key)} has no effect: annotation names are lower case`;
    const remedy = `Write ${PREFIX}${intended} instead.`;
    return finding('AnnotationUnknown', { message, path, remedy, ...yamlRemedy(`${PREFIX}${intended}`, value) });
  }
  const message = `${quote(key)} is not a known annotation`;
  return finding('AnnotationUnknown', {
    message,
    path,
    ...(intended === undefined ? {} : { remedy: `Did you mean ${PREFIX}${intended}?` }),
  });
}

/**
 * Reads the annotations of an Ingress. A deprecated name counts only where the current one is absent, and an empty
 * value is treated as absent.
 */
export function readAnnotations(annotations: Readonly<Record<string, unknown>>): ParsedAnnotations {
  const effective = new Map<AnnotationName, Annotation>();
  const findings: Finding[] = [];
  const restrictionKeys: string[] = [];
  const addressPaths: string[] = [];
  // The current name sorts before the deprecated one (hyphen before underscore), so the first one counts.
  for (const key of sortedKeys(annotations)) {
    const value = annotations[key];
    if (!hasPrefix(key) || typeof value !== 'string') continue;
    const classified = classify(key, value);
    if ('finding' in classified) {
      findings.push(classified.finding);
      if (classified.restricts) restrictionKeys.push(key);
      if (classified.choosesAddress) addressPaths.push(annotationPath(key));
      continue;
    }
    const { name, deprecated } = classified;
    const path = annotationPath(key);
    if (deprecated) findings.push(deprecatedName(key, name, value, effective.get(name)));
    if (value !== '' && !effective.has(name)) effective.set(name, { key, path, value });
  }
  return { get: (name) => effective.get(name), findings, restrictionKeys, addressPaths };
}

/** Returns the keys of a map in order, as the API server writes them in nearly every case. */
function sortedKeys(map: object): string[] {
  const keys = Object.keys(map);
  const areSorted = keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key);
  return areSorted ? keys : keys.sort(compareText);
}

function deprecatedName(key: string, name: AnnotationName, value: string, used: Annotation | undefined): Finding {
  const instead = used === undefined ? '' : `; ${quote(used.key)} is used instead`;
  return finding('AnnotationDeprecated', {
    message: `${quote(key)} is a deprecated name${instead}`,
    path: annotationPath(key),
    ...(used === undefined ? yamlRemedy(`${PREFIX}${name}`, value) : { remedy: 'Remove the deprecated annotation.' }),
  });
}
