import type { Finding } from '../contract/index.ts';
import { write } from './corrected.ts';
import { finding, quote } from './finding.ts';
import { nearest } from './nearest.ts';
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

const DECRYPTION = 'it acts on decrypted traffic';
const ELSEWHERE = 'that part of the vendor’s controller does not exist here';

/**
 * Annotations of the vendor's controller that only make sense with decryption, or with parts of it that do not exist
 * here, and why (VAL-14). Source: the vendor's list of Ingress annotations.
 */
export const IGNORED: ReadonlyMap<string, string> = new Map([
  ['analyticsprofile', DECRYPTION],
  ['backend-ca-secret', DECRYPTION],
  ['backend-httpprofile', DECRYPTION],
  ['backend-secret', DECRYPTION],
  ['backend-sslprofile', DECRYPTION],
  ['backend-tcpprofile', ELSEWHERE],
  ['ca-secret', DECRYPTION],
  ['default-response-code', DECRYPTION],
  ['deployment', ELSEWHERE],
  ['frontend-httpprofile', DECRYPTION],
  ['frontend-sslprofile', DECRYPTION],
  ['frontend-tcpprofile', 'the front end has a TCP profile of its own, which passthrough needs'],
  ['insecure-service-type', 'plain traffic is not passed through'],
  ['ipam-range', ELSEWHERE],
  ['listener', ELSEWHERE],
  ['path-match-method', DECRYPTION],
  ['preconfigured-ca-certkey', DECRYPTION],
  ['preconfigured-certkey', DECRYPTION],
  ['secure-service-type', 'TLS is passed through unopened, whatever it carries'],
  ['service-weights', DECRYPTION],
]);

/** Parts of names that speak of requests, certificates or users, all of which only decryption shows (VAL-14). */
const DECRYPTION_WORDS =
  /(^|-)(app-root|auth[a-z]*|body|bot|cache|canary|cert[a-z]*|compression|cookie[a-z]*|cors|headers?|hsts|http[a-z0-9]*|jwt|limit|oauth|path|rate|redirect|responder[a-z]*|rewrite[a-z]*|secrets?|session|ssl[a-z]*|url|waf|weights?)(-|$)/;

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
}

const KNOWN: ReadonlySet<string> = new Set(ANNOTATIONS);

function isKnown(name: string): name is AnnotationName {
  return KNOWN.has(name);
}

/** What an annotation of the vendor's prefix is: an effective one, maybe in its old spelling, or none. */
function classify(key: string): { name: AnnotationName; deprecated: boolean } | { finding: Finding } {
  const written = key.slice(PREFIX.length);
  const name = written.replaceAll('_', '-');
  if (isKnown(name)) return { name, deprecated: name !== written };
  const path = annotationPath(key);
  const why = IGNORED.get(name);
  if (why !== undefined) {
    return { finding: finding('AnnotationIgnored', { message: `${quote(key)} has no effect: ${why}`, path }) };
  }
  const meant = nearest(name, [...ANNOTATIONS, ...IGNORED.keys()]);
  if (meant === undefined && DECRYPTION_WORDS.test(name)) {
    return { finding: finding('AnnotationIgnored', { message: `${quote(key)} has no effect: ${DECRYPTION}`, path }) };
  }
  return {
    finding: finding('AnnotationUnknown', {
      message: `${quote(key)} is no known annotation`,
      path,
      ...(meant === undefined ? {} : { remedy: `Did you mean ${PREFIX}${meant}?` }),
    }),
  };
}

/**
 * Reads the annotations of an Ingress: the one place that knows their names. An old spelling counts only where the
 * new one is absent. An empty value counts as absent.
 */
export function readAnnotations(annotations: Readonly<Record<string, unknown>>): AnnotationsRead {
  const effective = new Map<AnnotationName, Annotation>();
  const findings: Finding[] = [];
  // The new spelling sorts before the old one (hyphen before underscore), so the first of a name is the one to use.
  for (const key of Object.keys(annotations).sort(byText)) {
    const value = annotations[key];
    if (!key.startsWith(PREFIX) || typeof value !== 'string') continue;
    const kind = classify(key);
    if ('finding' in kind) {
      findings.push(kind.finding);
      continue;
    }
    const path = annotationPath(key);
    if (kind.deprecated) findings.push(deprecated(key, kind.name, value, effective.get(kind.name)));
    if (value !== '' && !effective.has(kind.name)) effective.set(kind.name, { key, path, value });
  }
  return { get: (name) => effective.get(name), findings };
}

function deprecated(key: string, name: AnnotationName, value: string, used: Annotation | undefined): Finding {
  const instead = used === undefined ? '' : `; ${quote(used.key)} is used instead`;
  return finding('AnnotationDeprecated', {
    message: `${quote(key)} is an old spelling${instead}`,
    path: annotationPath(key),
    ...(used === undefined ? write(`${PREFIX}${name}`, value) : { remedy: 'Remove the old spelling.' }),
  });
}
