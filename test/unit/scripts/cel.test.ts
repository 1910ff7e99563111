import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accepts, annotation, BLANKS, literal, literals, shown, trimmed } from '../../../scripts/cel.ts';

/** Reads a literal by the grammar of CEL: quotes, and the escapes that it has. */
function decode(text: string): string {
  expect(text).toMatch(/^"(?:[^"\\\r\n]|\\["\\nrt]|\\U[0-9a-f]{8})*"$/u);
  const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
  return text
    .slice(1, -1)
    .replaceAll(/\\(?:U([0-9a-f]{8})|(.))/gu, (_, code?: string, short = '') =>
      code === undefined ? (simple[short] as string) : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '\\', '{{', '}}', '{', '}', '\n', '\r', '\u2028', '`', "'", '${', '\u0000', '")||true||("'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''));

describe('literal', () => {
  it.each([
    ['a.b', '"a.b"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a\r\n\tb', '"a\\r\\n\\tb"'],
    ['{{ .Values }}', '"{\\U0000007b .Values }\\U0000007d"'],
    ['{1,5}', '"{1,5}"'],
    ['\u001b[31m\u2028', '"\\U0000001b[31m\\U00002028"'],
    ['café 🥤', '"café 🥤"'],
  ])('%j → %s', (text, expected) => {
    expect(literal(text)).toBe(expected);
  });

  it('any text → one literal that CEL reads as the text, on a line, which Helm does not read', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = literal(text);
        expect(decode(written)).toBe(text);
        expect(written).not.toMatch(/\{\{|\}\}|[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  it('half of a surrogate pair → refused', () => {
    expect(() => literal('a\ud83e')).toThrow(RangeError);
  });

  it('a list → each as a literal', () => {
    expect(literals(['a', '"'])).toBe('["a", "\\""]');
    expect(literals([])).toBe('[]');
  });
});

describe('trimmed', () => {
  it('BLANKS are the characters that String.trim takes away', () => {
    const blank = new RegExp(`^[${BLANKS.replaceAll(/\\x\{(\w+)\}/g, '\\u{$1}')}]$`, 'u');
    for (let code = 0; code <= 0x1_ff_ff; code += 1) {
      const character = String.fromCodePoint(code);
      if (character.isWellFormed()) expect(blank.test(character), code.toString(16)).toBe(character.trim() === '');
    }
  });

  it('a long value → as it is, because a pattern would cost too much', () => {
    expect(trimmed('v')).toMatch(/^\(size\(v\) <= 256 \? v\.find\(".*"\) : v\)$/);
  });
});

describe('accepts', () => {
  it('a word → in any case', () => {
    expect(accepts({ kind: 'word', words: ['true', 'false'] }, 'v')).toBe('v.lowerAscii() in ["true", "false"]');
  });

  it('a number → digits first, so that int() has something to read', () => {
    expect(accepts({ kind: 'number', min: 1, max: 900 }, 'v')).toBe(
      'v.matches("^[0-9]{1,3}$") && int(v) >= 1 && int(v) <= 900',
    );
  });

  it('an address → outside of all ranges but those that the API server takes for none', () => {
    const except = ['127.0.0.0/8', '::ffff:0:0/96', '::1/128'].map((range) => ({ range, kind: 'x' }));
    expect(accepts({ kind: 'address', except }, 'v')).toBe(
      'isIP(v) && !cidr("127.0.0.0/8").containsIP(v) && !cidr("::1/128").containsIP(v)',
    );
  });
});

describe('annotation', () => {
  it('several keys → the first with a value', () => {
    expect(annotation('a', ['x'])).toBe('a[?"x"].orValue("")');
    expect(annotation('a', ['x', 'y'])).toBe('(a[?"x"].orValue("") != "" ? a[?"x"].orValue("") : a[?"y"].orValue(""))');
  });
});

describe('shown', () => {
  it('a value → its size is looked at before its characters', () => {
    expect(shown('v')).toMatch(/^\(size\(v\) <= 120 && v\.matches\(/);
  });
});
