import { visible } from '../contract/index.ts';

/** Matches a word that means itself without quotation marks: no option, and no quotation `q/…/`. */
const PLAIN = /^(?!-|q[^A-Za-z0-9_])[A-Za-z0-9_.:*@=/#-]+$/;
/** Matches what means itself in quotation marks: printable ASCII without them, and without escapes. */
const QUOTABLE = /^[ !#-[\]-~]*$/;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Returns a value as one word of the appliance's command language, on one line: in quotation marks and with escapes where
 * the value would not read back. A control character that the language cannot write is shown as U+FFFD: no attribute of an
 * Ingress may hold one (VAL-13).
 */
export function commandWord(value: string | number): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  const text = String(value);
  if (PLAIN.test(text)) return text;
  // Nearly every other word is a comment or a rule.
  if (QUOTABLE.test(text)) return `"${text}"`;
  return `"${visible(text.replaceAll(/[\\"\n\r\t]/g, (character) => ESCAPES[character] as string))}"`;
}
