import { compareText } from '../contract/index.ts';
import { type Annotation, annotationPath } from './annotations.ts';
import { soundsRestricting } from './ignored.ts';
import { nearest } from './nearest.ts';

/** Prefix of this project's own annotations, which the sequence on its Lease also has. */
export const OWN_PREFIX = 'netscaler-passthrough/';

/**
 * Annotation that ignores findings of its object, for manifests that lose their comments in helm or kustomize. Only
 * `nspass lint` reads it; no event carries it.
 */
export const LINT_IGNORE = `${OWN_PREFIX}lint-ignore`;

/** Names of the annotations with this project's prefix that have an effect on an Ingress. The vendor has no counterpart. */
export const OWN_ANNOTATIONS = ['acme-challenge', 'allow-sources', 'deny-sources', 'proxy-protocol'] as const;
export type OwnAnnotationName = (typeof OWN_ANNOTATIONS)[number];

/** Annotation that lets challenges through (VAL-19). */
export const CHALLENGE_ANNOTATION = `${OWN_PREFIX}${'acme-challenge' satisfies OwnAnnotationName}`;

/** Annotations that restrict who may connect. */
const RESTRICTING: readonly string[] = ['allow-sources', 'deny-sources'] satisfies OwnAnnotationName[];

/** Returns whether a key is an annotation that an event carries: of this project's prefix, and not for lint alone. */
export const isOwnAnnotation = (key: string): boolean => key.startsWith(OWN_PREFIX) && key !== LINT_IGNORE;

export interface OwnAnnotations {
  /** Returns an annotation, also an empty one: an empty list of networks is one that admits nobody. */
  get(name: OwnAnnotationName): Annotation | undefined;
  /** An unknown name that was probably intended to restrict who may connect; undefined where there is none. */
  readonly misspelt: Annotation | undefined;
}

const isName = (name: string): name is OwnAnnotationName => (OWN_ANNOTATIONS as readonly string[]).includes(name);

/** Returns whether an unknown name was probably intended to restrict who may connect. */
function seemsRestricting(name: string): boolean {
  const lower = name.toLowerCase();
  const intended = nearest(lower, OWN_ANNOTATIONS);
  return (intended !== undefined && RESTRICTING.includes(intended)) || soundsRestricting(lower);
}

/** Reads the annotations of this project's prefix. An unknown name without effect is for `nspass lint` to report. */
export function readOwnAnnotations(annotations: Readonly<Record<string, unknown>>): OwnAnnotations {
  const known = new Map<OwnAnnotationName, Annotation>();
  let misspelt: Annotation | undefined;
  for (const key of Object.keys(annotations).filter(isOwnAnnotation).sort(compareText)) {
    const value = annotations[key];
    if (typeof value !== 'string') continue;
    const name = key.slice(OWN_PREFIX.length);
    const annotation = { key, path: annotationPath(key), value };
    if (isName(name)) known.set(name, annotation);
    else if (seemsRestricting(name)) misspelt ??= annotation;
  }
  return { get: (name) => known.get(name), misspelt };
}
