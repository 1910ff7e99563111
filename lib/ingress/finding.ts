import { type Finding, firstOf } from '../contract/index.ts';
import { CATALOGUE, type FindingCode } from './catalogue/index.ts';

/** The longest value that a message quotes, in characters. */
const QUOTE_LIMIT = 120;

/** What is particular to one finding; the rest stands in the catalogue. */
export interface FindingDetail {
  readonly message: string;
  /** Where in the Ingress: `spec.rules[0].host`. */
  readonly path?: string;
  /** The offending value, whole: it is cut here. */
  readonly value?: string;
  /** Where something more exact is known than the catalogue says. */
  readonly remedy?: string;
}

/** A value cut to a readable length, without control characters: it ends in logs and terminals. */
export function shorten(value: string): string {
  // Half a surrogate pair would not survive UTF-8.
  const cut = value.length > QUOTE_LIMIT ? `${value.slice(0, QUOTE_LIMIT)}…` : value;
  return cut.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

/** A value as a message shows it: in quotes, cut. */
export function quote(value: string): string {
  return `"${shorten(value)}"`;
}

/**
 * A value of JSON in words. Lists and mappings are named only: turning a deeply nested one into text would overflow
 * the stack, and the annotation it stands in may be anybody's.
 */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a mapping' : String(value);
}

/** Several values as a message shows them: the first few, and how many more. */
export function quoteAll(values: readonly string[], most = 5): string {
  return firstOf(values.map(quote), most);
}

/** Builds a finding: the only way to make one, so that all are in the catalogue. */
export function finding(code: FindingCode, detail: FindingDetail): Finding {
  const { severity, remedy } = CATALOGUE[code];
  return {
    code,
    severity,
    message: detail.message,
    ...(detail.path === undefined ? {} : { path: detail.path }),
    ...(detail.value === undefined ? {} : { value: shorten(detail.value) }),
    remedy: detail.remedy ?? remedy,
  };
}
