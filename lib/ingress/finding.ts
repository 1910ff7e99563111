import { type Finding, firstOf, visible } from '../contract/index.ts';
import { CATALOGUE, type FindingCode } from './catalogue/index.ts';

/** The longest value that a message quotes, in characters. */
const QUOTE_LIMIT = 120;

/** Holds the parts of a finding that the catalogue does not have. */
interface FindingDetail {
  readonly message: string;
  /** Field of the Ingress: `spec.rules[0].host`. */
  readonly path?: string;
  /** The offending value, uncut: {@link finding} shortens it. */
  readonly value?: string;
  /** Replaces the remedy of the catalogue with a more exact one. */
  readonly remedy?: string;
}

/** Cuts a value to a readable length, and replaces control characters: the value ends in logs and terminals. */
export function shorten(value: string): string {
  const cut = value.length > QUOTE_LIMIT ? `${value.slice(0, QUOTE_LIMIT)}…` : value;
  // The cut may leave half a surrogate pair, which would not survive UTF-8.
  return visible(cut);
}

/** Returns a value in quotes, shortened. */
export function quote(value: string): string {
  return `"${shorten(value)}"`;
}

/**
 * Describes a JSON value. Lists and mappings are only named: anybody may write an annotation, and turning a deeply
 * nested value into text would overflow the stack.
 */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a mapping' : String(value);
}

/** Quotes the first few values, and counts the others. */
export function quoteAll(values: readonly string[], most = 5): string {
  return firstOf(values.map(quote), most);
}

/** Builds a finding. No other code builds one, so every finding is in the catalogue, and its texts can be shown. */
export function finding(code: FindingCode, detail: FindingDetail): Finding {
  const { severity, remedy } = CATALOGUE[code];
  return {
    code,
    severity,
    message: visible(detail.message),
    ...(detail.path === undefined ? {} : { path: visible(detail.path) }),
    ...(detail.value === undefined ? {} : { value: shorten(detail.value) }),
    remedy: visible(detail.remedy ?? remedy),
  };
}
