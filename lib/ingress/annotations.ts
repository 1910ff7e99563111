import type { Finding } from '../contract/index.ts';
import { finding, quote } from './finding.ts';
import { guessIgnored, IGNORED, type Ignored } from './ignored.ts';
import { nearest } from './nearest.ts';
import { yamlRemedy } from './quote-fix.ts';
import { byText } from './shape.ts';

/** The vendor's prefix of annotations on an Ingress. */
export const PREFIX = 'ingress.citrix.com/';

/** The class of an Ingress before `spec.ingressClassName` existed. Where present, it decides alone (SEL-2). */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Annotations that have an effect here, without the prefix. */
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

/** The API server admits 253 characters, a slash and 63; a path is no place for more. */
const LONGEST_KEY = 317;

/** `metadata.annotations["key"]`: where an annotation stands. */
export function annotationPath(key: string): string {
  return key.length > LONGEST_KEY ? 'metadata.annotations' : `metadata.annotations[${JSON.stringify(key)}]`;
}

/** An annotation that has an effect, under the key that its owner wrote. */
export interface Annotation {
  readonly key: string;
  readonly path: string;
  readonly value: string;
}

export interface AnnotationsRead {
  get(name: AnnotationName): Annotation | undefined;
  /** Old spellings, ignored and unknown ones. */
  readonly findings: readonly Finding[];
  /** Keys of those that would keep clients out, and have no effect here. */
  readonly restrictions: readonly string[];
  /** Paths of those that would choose the front-end address, and have no effect here. */
  readonly addresses: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set(ANNOTATIONS);

function isKnown(name: string): name is AnnotationName {
  return KNOWN.has(name);
}

/** Whether a key has the vendor's prefix, in any case: only the one in lower case is read. */
export function hasPrefix(key: string): boolean {
  return key.slice(0, PREFIX.length).toLowerCase() === PREFIX;
}

/** The effective annotation that a name was probably meant to be, by its name in lower case with hyphens. */
export function meantBy(name: string): AnnotationName | undefined {
  if (isKnown(name)) return name;
  // A shorter word than the whole name, and still only one thing that it can mean.
  if (/pass-?thro?u/.test(name)) return 'ssl-passthrough';
  return nearest(name, ANNOTATIONS) as AnnotationName | undefined;
}

/** What an annotation of the vendor's prefix is: an effective one, maybe in its old spelling, or none. */
type Kind = { name: AnnotationName; deprecated: boolean } | { finding: Finding; restricts?: true; chooses?: 'address' };

function classify(key: string, value: string): Kind {
  const written = key.slice(PREFIX.length);
  const name = written.replaceAll('_', '-');
  if (isKnown(name) && key.startsWith(PREFIX)) return { name, deprecated: name !== written };
  const lower = name.toLowerCase();
  const meant = meantBy(lower);
  const ignored = IGNORED.get(lower) ?? (meant === undefined ? guessIgnored(lower) : undefined);
  return ignored === undefined ? { finding: unknown(key, lower, meant, value) } : ignoredKind(key, ignored, value);
}

function ignoredKind(key: string, { why, remedy, restricts, chooses }: Ignored, value: string): Kind {
  const found = finding('AnnotationIgnored', {
    message: `${quote(key)} has no effect: ${why}`,
    path: annotationPath(key),
    ...(remedy === undefined ? {} : { remedy }),
  });
  // An SSL profile mostly chooses ciphers; this one asks for certificates of clients.
  const asksClients = /sslprofile$/.test(key) && /clientauth["']?\s*:\s*["']?enabled/i.test(value);
  return {
    finding: found,
    ...(restricts === true || asksClients ? { restricts: true } : {}),
    ...(chooses === undefined ? {} : { chooses }),
  };
}

function unknown(key: string, lower: string, meant: AnnotationName | undefined, value: string): Finding {
  const path = annotationPath(key);
  if (meant === lower) {
    const message = `${quote(key)} has no effect: annotation names are lower case`;
    const remedy = `Write ${PREFIX}${meant} instead.`;
    return finding('AnnotationUnknown', { message, path, remedy, ...yamlRemedy(`${PREFIX}${meant}`, value) });
  }
  const message = `${quote(key)} is not a known annotation`;
  return finding('AnnotationUnknown', {
    message,
    path,
    ...(meant === undefined ? {} : { remedy: `Did you mean ${PREFIX}${meant}?` }),
  });
}

/**
 * Reads the annotations of an Ingress: the one place that knows their names. An old spelling counts only where the
 * new one is absent. An empty value counts as absent.
 */
export function readAnnotations(annotations: Readonly<Record<string, unknown>>): AnnotationsRead {
  const effective = new Map<AnnotationName, Annotation>();
  const findings: Finding[] = [];
  const restrictions: string[] = [];
  const addresses: string[] = [];
  // The new spelling sorts before the old one (hyphen before underscore), so the first of a name is the one to use.
  for (const key of Object.keys(annotations).sort(byText)) {
    const value = annotations[key];
    if (!hasPrefix(key) || typeof value !== 'string') continue;
    const kind = classify(key, value);
    if ('finding' in kind) {
      findings.push(kind.finding);
      if (kind.restricts) restrictions.push(key);
      if (kind.chooses === 'address') addresses.push(annotationPath(key));
      continue;
    }
    const path = annotationPath(key);
    if (kind.deprecated) findings.push(deprecated(key, kind.name, value, effective.get(kind.name)));
    if (value !== '' && !effective.has(kind.name)) effective.set(kind.name, { key, path, value });
  }
  return { get: (name) => effective.get(name), findings, restrictions, addresses };
}

function deprecated(key: string, name: AnnotationName, value: string, used: Annotation | undefined): Finding {
  const instead = used === undefined ? '' : `; ${quote(used.key)} is used instead`;
  return finding('AnnotationDeprecated', {
    message: `${quote(key)} is a deprecated name${instead}`,
    path: annotationPath(key),
    ...(used === undefined ? yamlRemedy(`${PREFIX}${name}`, value) : { remedy: 'Remove the deprecated annotation.' }),
  });
}
