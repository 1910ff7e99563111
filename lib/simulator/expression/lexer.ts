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
    if (source[at] === '"') {
      const text = quoted(source, at);
      tokens.push({ type: 'text', value: text.value });
      at = text.end;
      continue;
    }
    const regex = /^(?:re|xp)([^\w\s.()])/i.exec(rest);
    if (regex !== null) {
      const close = source.indexOf(regex[1]!, at + 3);
      if (close < 0) throw new ExpressionError(3081, 'missing end of the regular expression');
      tokens.push({ type: 'regex', value: source.slice(at + 3, close) });
      at = close + 1;
      continue;
    }
    const address = /^(?:\d+(?:\.\d+){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:\/\d+)?/.exec(rest)?.[0];
    if (address !== undefined) {
      const type = addressLiteral(address);
      if (type === undefined) throw new ExpressionError(3081, `${address} is not an address`);
      tokens.push({ type, value: address });
      at += address.length;
      continue;
    }
    const number = /^(0x[0-9a-fA-F]+|\d+)(?![\w])/.exec(rest);
    if (number !== null) {
      tokens.push({ type: 'number', value: Number(number[1]) });
      at += number[0].length;
      continue;
    }
    const word = /^[A-Za-z_][\w]*/.exec(rest);
    if (word !== null) {
      tokens.push({ type: 'word', value: word[0] });
      at += word[0].length;
      continue;
    }
    const symbol = SYMBOLS.find((candidate) => rest.startsWith(candidate));
    if (symbol === undefined) throw new ExpressionError(3081, `unexpected character ${source[at]}`);
    tokens.push({ type: 'symbol', value: symbol });
    at += symbol.length;
  }
  tokens.push({ type: 'end' });
  return tokens;
}
