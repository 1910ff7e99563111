import { describe, expect, it } from 'vitest';
import { readSniRule } from '../../../lib/adopt/sni-rule.ts';

const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI';

describe('the rule of an incumbent’s policy', () => {
  it.each<[string, readonly string[]]>([
    [`${SNI}.EQ("a.example.com")`, ['a.example.com']],
    [`${SNI}.CONTAINS("a.example.com")`, ['a.example.com']],
    [`${SNI}.SET_TEXT_MODE(IGNORECASE).EQ("A.example.com")`, ['a.example.com']],
    [`${SNI}.TO_LOWER.EQ("a.example.com")`, ['a.example.com']],
    [`${SNI}.ENDSWITH(".example.com")`, ['*.example.com']],
    [String.raw`${SNI}.REGEX_MATCH(re/^[^.]+\.example\.com$/)`, ['*.example.com']],
    [`${SNI}.REGEX_MATCH(re/.*.example.com/)`, ['*.example.com']],
    [`(${SNI}.EQ("a.example.com") || ${SNI}.EQ("b.example.com"))`, ['a.example.com', 'b.example.com']],
    [`(${SNI}.EQ("a.example.com")) || (${SNI}.EQ("a.example.com"))`, ['a.example.com']],
  ])('%s → %j', (rule, hosts) => {
    expect(readSniRule(rule)).toEqual({ kind: 'hosts', hosts });
  });

  it('true → every name', () => {
    expect(readSniRule(' TRUE ')).toEqual({ kind: 'every' });
  });

  it.each([
    '',
    'false',
    `${SNI}.EQ("a.example.com") && CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)`,
    `${SNI}.EQ("a.example.com").NOT`,
    `!${SNI}.EQ("a.example.com")`,
    `${SNI}.STARTSWITH("a")`,
    `${SNI}.ENDSWITH("example.com")`,
    `${SNI}.EQ("a_b.example.com")`,
    `${SNI}.EQ("")`,
    `${SNI}.REGEX_MATCH(re/^a|b$/)`,
    `${SNI}.EQ("a.example.com") || true`,
    `HTTP.REQ.HOSTNAME.EQ("a.example.com")`,
    `${SNI}.IS_STRINGMAP_KEY("m")`,
  ])('%s → unknown', (rule) => {
    expect(readSniRule(rule)).toEqual({ kind: 'unknown' });
  });
});
