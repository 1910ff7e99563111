import type { Finding } from '../contract/index.ts';
import { annotationPath, finding, type LintedObject, type LintFinding, locate } from '../ingress/index.ts';
import { isFindingCode, noSuchFinding } from './finding-code.ts';

/** This project's own prefix of annotations; the sequence on its Lease has the same. */
const PREFIX = 'netscaler-passthrough/';

/**
 * The annotation that ignores findings of its Ingress: a manifest that helm or kustomize wrote has lost its comments.
 * Only `nspass lint` reads it; no event carries it.
 */
export const LINT_IGNORE = `${PREFIX}lint-ignore`;

/** A longer list is not one of codes. */
const LONGEST = 2_000;

/** Codes that Ingresses ignore, and remarks about what those annotations say. */
export interface AnnotationIgnores {
  /** Returns whether the Ingress that a finding is about ignores it. */
  ignores(found: LintFinding): boolean;
  readonly remarks: readonly LintFinding[];
}

interface Read {
  readonly codes: readonly string[];
  readonly remarks: readonly Finding[];
}

function codesOf(value: string): Read {
  if (value.length > LONGEST) {
    const message = `${LINT_IGNORE} is longer than ${LONGEST} characters, and ignores nothing`;
    return { codes: [], remarks: [finding('InvalidAnnotation', { message, path: annotationPath(LINT_IGNORE) })] };
  }
  const codes = value.split(/[\s,]+/).filter((code) => code !== '');
  const remarks = codes
    .filter((code) => !isFindingCode(code))
    .map((code) =>
      finding('InvalidAnnotation', {
        message: `${LINT_IGNORE}: ${noSuchFinding(code)}`,
        path: annotationPath(LINT_IGNORE),
        value: code,
        remedy: 'Correct the code, or take it out.',
      }),
    );
  return { codes, remarks };
}

function unknownKeys(annotations: Readonly<Record<string, string>>): Finding[] {
  return Object.keys(annotations)
    .filter((key) => key.startsWith(PREFIX) && key !== LINT_IGNORE)
    .map((key) =>
      finding('AnnotationUnknown', {
        message: `"${key}" is no known annotation`,
        path: annotationPath(key),
        remedy: `Write ${LINT_IGNORE}, or remove the annotation.`,
      }),
    );
}

const keyOf = (file: string, namespace: string, name: string): string => JSON.stringify([file, namespace, name]);

/**
 * Reads the annotation of all Ingresses.
 *
 * | the annotation has | lint |
 * |---|---|
 * | codes, parted by commas or blanks | ignores these findings of its Ingress |
 * | a code that there is not | says so, and ignores the others |
 * | another name under the prefix of this project | says so |
 *
 * @param objects what is linted.
 */
export function annotationIgnores(objects: readonly LintedObject[]): AnnotationIgnores {
  const ignored = new Map<string, ReadonlySet<string>>();
  const remarks: LintFinding[] = [];
  for (const source of objects) {
    const { kind, metadata } = source.object;
    if (kind !== 'Ingress') continue;
    const annotations = metadata.annotations ?? {};
    const value = annotations[LINT_IGNORE];
    const read = value === undefined ? { codes: [], remarks: [] } : codesOf(value);
    if (read.codes.length > 0) {
      ignored.set(keyOf(source.file, metadata.namespace, metadata.name), new Set(read.codes));
    }
    remarks.push(...[...read.remarks, ...unknownKeys(annotations)].map((found) => locate(found, source)));
  }
  return {
    remarks,
    ignores: ({ code, file, namespace, name }) => ignored.get(keyOf(file, namespace, name))?.has(code) === true,
  };
}
