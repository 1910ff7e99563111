import type { ValueKind } from '../lib/ingress/index.ts';

/**
 * Writes expressions in CEL as the API server reads them. No text of ours reaches an expression except as a literal of
 * {@link literal}.
 */

/** The longest value of an annotation whose form is read: reading a longer one would cost the API server too much. */
const LONGEST_VALUE = 256;

/** The characters that `String.trim` takes away, for a class of RE2. CEL's own `trim` takes others away. */
export const BLANKS = '\\t\\n\\v\\f\\r\\p{Z}\\x{feff}';

/** Control characters and the others that a message does not show, as in messages of findings. */
const UNSHOWN = '\\p{Cc}\\p{Cf}\\x{2028}\\x{2029}';

/** The longest value that a message shows. */
const SHOWN = 120;

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string, at: number, characters: readonly string[]): string {
  const short = ESCAPES[character];
  if (short !== undefined) return short;
  // Helm would read two braces as the beginning or the end of a template.
  const brace = /[{}]/.test(character) && characters[at - 1] === character;
  if (brace || /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(character)) {
    return `\\U${(character.codePointAt(0) as number).toString(16).padStart(8, '0')}`;
  }
  return character;
}

/**
 * Returns a text as a literal: in quotes, on one line, without two braces side by side.
 *
 * @throws {RangeError} for half of a surrogate pair, which is not a character.
 */
export function literal(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('half of a surrogate pair is not a character, so CEL cannot hold it');
  return `"${[...text].map(escaped).join('')}"`;
}

/** Returns texts as a list of literals. */
export function literals(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/** Returns whether a whole text has the form of a pattern. */
export function matches(text: string, pattern: string): string {
  return `${text}.matches(${literal(pattern)})`;
}

/** Returns the expression that holds where all hold. */
export function all(...expressions: readonly string[]): string {
  return expressions.join(' && ');
}

/** Returns the expression that holds where one holds. */
export function any(...expressions: readonly string[]): string {
  return `(${expressions.join(' || ')})`;
}

/** Returns a choice between two values. */
export function either(condition: string, then: string, otherwise: string): string {
  return `(${condition} ? ${then} : ${otherwise})`;
}

/** Returns the first annotation of some keys that is not empty; empty where there is none. */
export function annotation(annotations: string, keys: readonly string[]): string {
  const [key = '', ...rest] = keys;
  const value = `${annotations}[?${literal(key)}].orValue("")`;
  return rest.length === 0 ? value : either(`${value} != ""`, value, annotation(annotations, rest));
}

/** Returns a value without the blanks around it; as it is where it is too long to be valid. */
export function trimmed(value: string): string {
  const inner = `${value}.find(${literal(`[^${BLANKS}](?s:.*[^${BLANKS}])?`)})`;
  return either(`size(${value}) <= ${LONGEST_VALUE}`, inner, value);
}

/** Returns whether a value is of a kind. */
export function accepts(kind: ValueKind, value: string): string {
  switch (kind.kind) {
    case 'word':
      return `${value}.lowerAscii() in ${literals(kind.words)}`;
    case 'number': {
      const digits = matches(value, `^[0-9]{1,${String(kind.max).length}}$`);
      return all(digits, `int(${value}) >= ${kind.min}`, `int(${value}) <= ${kind.max}`);
    }
    case 'address': {
      const outside = kind.except
        // The API server takes neither a mapped address nor the range of these for one.
        .filter(({ range }) => range !== '::ffff:0:0/96')
        .map(({ range }) => `!cidr(${literal(range)}).containsIP(${value})`);
      return all(`isIP(${value})`, ...outside);
    }
  }
}

/** Returns a value in quotes for a message; other words where it is long or holds characters that cannot be shown. */
export function shown(value: string): string {
  const plain = all(`size(${value}) <= ${SHOWN}`, matches(value, `^[^${UNSHOWN}]*$`));
  return either(plain, `"\\"" + ${value} + "\\""`, '"a value that is too long or has control characters"');
}
