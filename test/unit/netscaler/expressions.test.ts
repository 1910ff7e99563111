import { describe, expect, it } from 'vitest';
import { httpRules, isWide, tlsRules } from '../../../lib/netscaler/expressions.ts';
import { LEVELS, LIMITS, namesOf } from '../../../lib/netscaler/index.ts';

const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER';
const WILD = `("*." + ${SNI}.AFTER_STR("."))`;
const LEVEL_2 = `("**." + ${SNI}.AFTER_STR(".").AFTER_STR("."))`;
const HOST = 'HTTP.REQ.HOSTNAME.SERVER.TO_LOWER';
const WILD_HOST = `("*." + ${HOST}.AFTER_STR("."))`;

describe('expressions, in the text of objects.md', () => {
  it.each([
    ['gate (TLS-4)', tlsRules.gate('m'), `${SNI}.IS_STRINGMAP_KEY("m").NOT && ${WILD}.IS_STRINGMAP_KEY("m").NOT`],
    ['exact key (TLS-2)', tlsRules.exactKey('m'), `${SNI}.IS_STRINGMAP_KEY("m")`],
    ['exact', tlsRules.exact('m', 'be'), `${SNI}.IS_STRINGMAP_KEY("m") && ${SNI}.MAP_STRING("m").EQ("be")`],
    [
      'wildcard (TLS-3)',
      tlsRules.wildcard('m', 'be'),
      `${WILD}.IS_STRINGMAP_KEY("m") && ${WILD}.MAP_STRING("m").EQ("be")`,
    ],
    ['wildcard key (VAL-8)', tlsRules.wildcardKey('m'), `${WILD}.IS_STRINGMAP_KEY("m")`],
    ['level key (VAL-8)', tlsRules.levelKey('m', 2), `${LEVEL_2}.IS_STRINGMAP_KEY("m")`],
    ['level', tlsRules.level('m', 'be', 2), `${LEVEL_2}.IS_STRINGMAP_KEY("m") && ${LEVEL_2}.MAP_STRING("m").EQ("be")`],
    [
      'wide gate',
      tlsRules.wideGate('m'),
      [tlsRules.gate('m'), ...LEVELS.map((level) => `${tlsRules.levelKey('m', level)}.NOT`)].join(' && '),
    ],
    ['redirect', httpRules.exact('m', 443), `${HOST}.IS_STRINGMAP_KEY("m") && ${HOST}.MAP_STRING("m").EQ("443")`],
    [
      'redirect of a wildcard',
      httpRules.wildcard('m', 443),
      `${WILD_HOST}.IS_STRINGMAP_KEY("m") && ${WILD_HOST}.MAP_STRING("m").EQ("443")`,
    ],
    [
      'target (VAL-11)',
      httpRules.target(443),
      '"https://" + HTTP.REQ.HOSTNAME.SERVER + HTTP.REQ.URL.PATH_AND_QUERY.HTTP_URL_SAFE',
    ],
    [
      'target with its port named',
      httpRules.target(8443),
      '"https://" + HTTP.REQ.HOSTNAME.SERVER + ":8443" + HTTP.REQ.URL.PATH_AND_QUERY.HTTP_URL_SAFE',
    ],
  ])('%s', (_what, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it.each(['"', '")', 'a b', 'a"b', '', 'ä', 'a\n', '\\', 'a(b', 'a;b', '*.a'])(
    'nothing that could leave its quotes gets in: %j',
    (text) => {
      const why = new TypeError(`unsafe in a policy expression: ${JSON.stringify(text)}`);
      const level = (map: string, id?: string) => tlsRules.level(map, id ?? 'be', 1);
      for (const rule of [tlsRules.gate, tlsRules.wideGate, tlsRules.exactKey, tlsRules.wildcardKey])
        expect(() => rule(text)).toThrow(why);
      expect(() => tlsRules.levelKey(text, 1)).toThrow(why);
      for (const rule of [tlsRules.exact, tlsRules.wildcard, level]) {
        expect(() => rule(text, 'be')).toThrow(why);
        expect(() => rule('m', text)).toThrow(why);
      }
      for (const rule of [httpRules.exact, httpRules.wildcard]) expect(() => rule(text, 443)).toThrow(why);
    },
  );

  it('a rule with the longest names is within the limit', () => {
    const map = namesOf('abcdefgh').frontendMap({ vip: '2001:db8:1111:2222:3333:4444:5555:6666', port: 65_535 });
    const id = `${'k'.repeat(26)}-${'d'.repeat(8)}`;
    const rules = [
      tlsRules.gate(map),
      tlsRules.wideGate(map),
      tlsRules.exactKey(map),
      tlsRules.exact(map, id),
      tlsRules.wildcard(map, id),
      ...LEVELS.flatMap((level) => [tlsRules.levelKey(map, level), tlsRules.level(map, id, level)]),
      httpRules.exact(map, 65_535),
      httpRules.wildcard(map, 65_535),
    ];
    expect(Math.max(...rules.map((rule) => rule.length))).toBeLessThanOrEqual(LIMITS.rule);
  });

  it('one level more would not fit the gate with the longest name of a map', () => {
    const map = namesOf('abcdefgh').frontendMap({ vip: '2001:db8:1111:2222:3333:4444:5555:6666', port: 65_535 });
    const seventh = `${tlsRules.levelKey(map, 6).replace('SNI.', 'SNI.AFTER_STR(".").')}.NOT`;
    expect(`${tlsRules.wideGate(map)} && ${seventh}`.length).toBeGreaterThan(LIMITS.rule);
  });

  it.each([
    [tlsRules.gate('m'), false],
    [tlsRules.wideGate('m'), true],
  ])('%s is a wide gate: %s', (rule, wide) => {
    expect(isWide(rule)).toBe(wide);
  });
});
