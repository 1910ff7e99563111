import { addressLiteral } from './addresses.ts';

/** An expression that the appliance refuses. */
export class ExpressionError extends Error {
  /** 3081 syntax, 3073 unknown or unsuitable method, 3092 not a Boolean, 3085 not a text, 3082 to 3084 too long. */
  readonly code: number;
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

export type Token =
  | { readonly type: 'text' | 'word' | 'symbol' | 'regex' | 'ip' | 'subnet'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'end' };

const SYMBOLS = ['&&', '||', '==', '!=', '>=', '<=', '(', ')', '.', ',', '+', '-', '*', '/', '%', '!', '<', '>'];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
/** Limit of one literal in characters; longer texts are joined with `+`. */
const MAX_LITERAL_LENGTH = 255;

function quoted(source: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  while (at < source.length && source[at] !== '"') {
    if (source[at] === '\\') {
      const hex = /^x([0-9a-fA-F]{2})/.exec(source.slice(at + 1, at + 4));
      const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4));
      if (hex !== null) {
        value += String.fromCharCode(Number.parseInt(hex[1]!, 16));
        at += 4;
        continue;
      }
      if (octal !== null) {
        value += String.fromCharCode(Number.parseInt(octal[0], 8));
        at += 1 + octal[0].length;
        continue;
      }
      const next = source[at + 1] ?? '';
      value += ESCAPES[next] ?? next;
      at += 2;
    } else {
      value += source[at];
      at += 1;
    }
  }
  if (at >= source.length) throw new ExpressionError(3081, 'missing closing quotation mark');
  if (value.length > MAX_LITERAL_LENGTH)
    throw new ExpressionError(3084, `literal longer than ${MAX_LITERAL_LENGTH} characters`);
  return { value, end: at + 1 };
}

/** A token with the position behind it. */
interface Scanned {
  readonly token: Token;
  readonly end: number;
}

/** Reads a token of one form at a position; undefined when another form stands there. */
type Scan = (source: string, at: number, rest: string) => Scanned | undefined;

const text: Scan = (source, at) => {
  if (source[at] !== '"') return undefined;
  const { value, end } = quoted(source, at);
  return { token: { type: 'text', value }, end };
};

const regex: Scan = (source, at, rest) => {
  const delimiter = /^(?:re|xp)([^\w\s.()])/i.exec(rest)?.[1];
  if (delimiter === undefined) return undefined;
  const close = source.indexOf(delimiter, at + 3);
  if (close < 0) throw new ExpressionError(3081, 'missing end of the regular expression');
  return { token: { type: 'regex', value: source.slice(at + 3, close) }, end: close + 1 };
};

const address: Scan = (_source, at, rest) => {
  const value = /^(?:\d+(?:\.\d+){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:\/\d+)?/.exec(rest)?.[0];
  if (value === undefined) return undefined;
  const type = addressLiteral(value);
  if (type === undefined) throw new ExpressionError(3081, `${value} is not an address`);
  return { token: { type, value }, end: at + value.length };
};

const number: Scan = (_source, at, rest) => {
  const digits = /^(?:0x[0-9a-fA-F]+|\d+)(?![\w])/.exec(rest)?.[0];
  return digits === undefined
    ? undefined
    : { token: { type: 'number', value: Number(digits) }, end: at + digits.length };
};

const word: Scan = (_source, at, rest) => {
  const value = /^[A-Za-z_][\w]*/.exec(rest)?.[0];
  return value === undefined ? undefined : { token: { type: 'word', value }, end: at + value.length };
};

const symbol: Scan = (_source, at, rest) => {
  const value = SYMBOLS.find((candidate) => rest.startsWith(candidate));
  return value === undefined ? undefined : { token: { type: 'symbol', value }, end: at + value.length };
};

/** Forms in the order in which they are tried. */
const SCANS: readonly Scan[] = [text, regex, address, number, word, symbol];

/** Splits the text of an expression into tokens. `re/…/` takes any delimiter after `re`, as on the appliance. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at, at + 256);
    const space = /^\s+/.exec(rest);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const scanned = scan(source, at, rest);
    tokens.push(scanned.token);
    at = scanned.end;
  }
  tokens.push({ type: 'end' });
  return tokens;
}

function scan(source: string, at: number, rest: string): Scanned {
  for (const read of SCANS) {
    const scanned = read(source, at, rest);
    if (scanned !== undefined) return scanned;
  }
  throw new ExpressionError(3081, `unexpected character ${source[at]}`);
}
