import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePort } from '../../../lib/ingress/port.ts';
import { quoteFixRemedy, unquote, yamlRemedy } from '../../../lib/ingress/quote-fix.ts';

describe('corrections of quotes', () => {
  it.each([
    ['“443”', '443'],
    ["'443'", '443'],
    [' 443\n', '443'],
    ['443', undefined],
    ['«x»', undefined],
  ])('quoteFixRemedy: %j → %s', (input, bare) => {
    const expected = bare === undefined ? {} : { remedy: `Write key: "${bare}"` };
    expect(quoteFixRemedy('key', input, (value) => parsePort(value) !== undefined)).toEqual(expected);
  });

  it.each([
    ['‘a’ “b” «c»', `a' "b" "c`],
    ['  x  y  ', 'x  y'],
    ['"\'"', ''],
    ['', ''],
    ['x'.repeat(500), 'x'.repeat(500)],
    ['x'.repeat(501), undefined],
  ])('unquote: %j → %j', (input, expected) => {
    expect(unquote(input)).toBe(expected);
  });

  it.each([
    ['True', 'Write k: "True"'],
    ["it's", `Write k: "it's"`],
    ['{"a":1}', `Write k: '{"a":1}'`],
    [`{"a":"it's"}`, `Write k: '{"a":"it''s"}'`],
    ['a\\b', `Write k: 'a\\b'`],
    ['a\nb', undefined],
    ['a\u202eb', undefined],
    ['x'.repeat(501), undefined],
  ])('yamlRemedy: %j → %j', (value, remedy) => {
    expect(yamlRemedy('k', value).remedy).toBe(remedy);
    if (remedy !== undefined) expect(parse(remedy.slice('Write '.length))).toEqual({ k: value });
  });
});
