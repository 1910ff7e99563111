import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../../lib/simulator/expression/compile.ts';
import { ExpressionError } from '../../../../lib/simulator/expression/lexer.ts';
import { referencesIn } from '../../../../lib/simulator/expression/references.ts';
import { type Subject, UNDEF } from '../../../../lib/simulator/expression/values.ts';
import type { ClientHello } from '../../../../lib/simulator/wire/client-hello.ts';
import { parseRequest } from '../../../../lib/simulator/wire/http-request.ts';

const maps: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  m: { 'www.a.com': 'be1', '*.b.com': 'be2' },
};
const patsets: Readonly<Record<string, readonly string[]>> = { ps: ['www.a.com', '.b.'] };

function subject(serverName: string | undefined, more: Partial<Subject> = {}): Subject {
  const hello: ClientHello = {
    serverName,
    length: 200,
    version: 0x0303,
    ciphers: [0x1301, 0x002f],
    protocols: ['h2'],
    sessionId: true,
    sessionTicket: false,
  };
  return {
    hello,
    client: { address: '203.0.113.9', port: 50_000 },
    server: { address: '192.0.2.10', port: 443 },
    vserver: 'csv1',
    sets: {
      mapValue: (map, key, ignoreCase) =>
        Object.entries(maps[map] ?? {}).find(([one]) =>
          ignoreCase ? one.toLowerCase() === key.toLowerCase() : one === key,
        )?.[1],
      patterns: (set) => patsets[set],
      hasPattern: (set, pattern) => patsets[set]?.includes(pattern) ?? false,
    },
    ...more,
  };
}

const named: Readonly<Record<string, string>> = {
  is_a: 'SNI_OF.EQ("www.a.com")',
  sni_of: 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER',
};
const scope = (name: string): string | undefined => named[name.toLowerCase()];
const run = (source: string, on: Subject = subject('www.a.com')): unknown => compileExpression(source, scope).run(on);
const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI';

describe('the expressions of the engine', () => {
  const gate = `${SNI}.TO_LOWER.IS_STRINGMAP_KEY("m").NOT && ("*."+${SNI}.TO_LOWER.AFTER_STR(".")).IS_STRINGMAP_KEY("m").NOT`;
  const exact = `${SNI}.TO_LOWER.IS_STRINGMAP_KEY("m") && ${SNI}.TO_LOWER.MAP_STRING("m").EQ("be1")`;
  const wild = `("*."+${SNI}.TO_LOWER.AFTER_STR(".")).IS_STRINGMAP_KEY("m") && ("*."+${SNI}.TO_LOWER.AFTER_STR(".")).MAP_STRING("m").EQ("be2")`;
  it.each([
    // name, gate closes, exact, wildcard
    ['www.a.com', false, true, false],
    ['WWW.A.COM', false, true, false],
    ['x.b.com', false, false, true],
    ['x.y.b.com', true, false, false],
    ['b.com', true, false, false],
    ['other', true, false, false],
    [undefined, true, false, false],
  ])('%s', (name, closed, isExact, isWild) => {
    expect([gate, exact, wild].map((rule) => run(rule, subject(name)))).toEqual([closed, isExact, isWild]);
  });
});

describe('expression reference', () => {
  it.each<[string, unknown]>([
    ['true', true],
    ['TRUE && !FALSE', true],
    ['true || false && false', true],
    ['(true || false) && false', false],
    ['!(1 == 2)', true],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3 - -1', 10],
    ['7 / 2', 3],
    ['7 / 0', UNDEF],
    ['7 % 4', 3],
    ['"a" + "b" + 1', 'ab1'],
    ['"a" == "a"', true],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['"\\x41\\102\\n"', 'AB\n'],
    [`${SNI}.EQ("www.a.com")`, true],
    [`${SNI.toLowerCase()}.eq("www.a.com")`, true],
    [`${SNI}.NE("www.a.com")`, false],
    [`${SNI}.STARTSWITH("www.")`, true],
    [`${SNI}.ENDSWITH(".com")`, true],
    [`${SNI}.CONTAINS("a.c")`, true],
    [`${SNI}.BEFORE_STR(".")`, 'www'],
    [`${SNI}.AFTER_STR(".")`, 'a.com'],
    [`${SNI}.AFTER_STR("nowhere")`, ''],
    [`${SNI}.BEFORE_STR("nowhere")`, ''],
    [`${SNI}.TO_UPPER`, 'WWW.A.COM'],
    [`${SNI}.LENGTH`, 9],
    [`${SNI}.LENGTH.GT(8)`, true],
    [`${SNI}.LENGTH.BETWEEN(1,9)`, true],
    [`${SNI}.PREFIX(".",1)`, 'www.a'],
    [`${SNI}.TRUNCATE(4)`, 'www.a'],
    [`${SNI}.TO_UPPER.SET_TEXT_MODE(IGNORECASE).EQ("www.a.com")`, true],
    [`${SNI}.TO_UPPER.SET_TEXT_MODE(IGNORECASE).SET_TEXT_MODE(NOIGNORECASE).EQ("www.a.com")`, false],
    [`${SNI}.REGEX_MATCH(re/^[^.]+\\.a\\.com$/)`, true],
    [`${SNI}.REGEX_MATCH(re#^b#)`, false],
    [`${SNI}.EQUALS_ANY("ps")`, true],
    [`${SNI}.CONTAINS_ANY("ps")`, true],
    [`${SNI}.ENDSWITH_ANY("ps")`, true],
    [`${SNI}.MAP_STRING("m")`, 'be1'],
    ['"none".MAP_STRING("m")', UNDEF],
    ['"none".MAP_STRING("m").EQ("x")', UNDEF],
    ['"WWW.A.COM".SET_TEXT_MODE(IGNORECASE).MAP_STRING("m")', 'be1'],
    ['"42".TYPECAST_NUM_T(DECIMAL) + 1', 43],
    ['"x".TYPECAST_NUM_AT', UNDEF],
    ['is_a', true],
    ['IS_A.NOT', false],
    ['CLIENT.SSL.CLIENT_HELLO.CIPHERS.HAS_HEXCODE(0x002f)', true],
    ['CLIENT.SSL.CLIENT_HELLO.ALPN.HAS_NEXTPROTOCOL("h2")', true],
    ['CLIENT.SSL.CLIENT_HELLO.CLIENT_VERSION', 0x0303],
    ['CLIENT.IP.SRC.EQ("203.0.113.9")', true],
    ['CLIENT.IP.SRC.IN_SUBNET("203.0.113.0/24")', true],
    ['CLIENT.IP.SRC.IN_SUBNET("203.0.112.0/24")', false],
    ['CLIENT.IP.SRC.EQ(203.0.113.9)', true],
    ['CLIENT.IP.SRC.EQ(10.1.1.1)', false],
    ['CLIENT.IP.SRC.NE(10.1.1.1)', true],
    ['CLIENT.IP.SRC == 203.0.113.9', true],
    ['CLIENT.IP.SRC.IN_SUBNET(203.0.113.77/24)', true],
    ['CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)', false],
    ['CLIENT.IP.SRC.SUBNET(24).EQ(203.0.113.0)', true],
    ['CLIENT.IP.SRC.SUBNET(24).EQ(10.217.84.0)', false],
    ['CLIENT.IP.SRC.IN_SUBNET(2001:db8::/32)', false],
    ['CLIENT.TCP.DSTPORT.EQ(443)', true],
    ['CLIENT.TCP.CS_VSERVER.NAME.AFTER_STR("csv")', '1'],
    ['HTTP.REQ.HOSTNAME', UNDEF],
  ])('%s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it('an absent server name is the empty text, not UNDEF', () => {
    expect(run(SNI, subject(undefined))).toBe('');
    expect(run(SNI, { ...subject('x'), hello: undefined })).toBe('');
  });

  it.each<[string, unknown]>([
    ['HTTP.REQ.HOSTNAME.SERVER', 'WWW.a.com'],
    ['HTTP.REQ.HOSTNAME.EQ("www.A.com:8080")', true],
    ['HTTP.REQ.HOSTNAME.PORT', 8080],
    ['HTTP.REQ.HOSTNAME.DOMAIN', 'a.com'],
    ['HTTP.REQ.URL.PATH', '/p/q'],
    ['HTTP.REQ.URL.QUERY', 'x=1?y'],
    ['HTTP.REQ.METHOD.EQ("get")', true],
    ['HTTP.REQ.HEADER("X-Thing").CONTAINS("v")', true],
    ['HTTP.REQ.HEADER("none")', ''],
    ['HTTP.REQ.METHOD.EQ(GET)', true],
    ['HTTP.REQ.METHOD.EQ(post)', false],
    ['HTTP.REQ.METHOD.NE(POST)', true],
    ['HTTP.REQ.HEADER("x-thing").EXISTS', true],
    ['HTTP.REQ.HEADER("none").EXISTS', false],
    ['HTTP.REQ.URL.SUFFIX', ''],
    ['"http://a/b/c.jpg?x=1".TYPECAST_HTTP_URL_T.SUFFIX', UNDEF],
    [
      '"https://"+HTTP.REQ.HOSTNAME.SERVER+":8443"+HTTP.REQ.URL.PATH_AND_QUERY.HTTP_URL_SAFE',
      'https://WWW.a.com:8443/p/q?x=1?y',
    ],
  ])('requests: %s', (source, expected) => {
    const request = parseRequest(
      Buffer.from('GET /p/q?x=1?y HTTP/1.1\r\nHost: WWW.a.com:8080\r\nX-Thing: value\r\n\r\n'),
    );
    if (typeof request === 'string') throw new Error(request);
    expect(run(source, { ...subject('x'), request })).toBe(expected);
  });
});

describe('parts that the simulator does not evaluate', () => {
  it.each<[string, unknown, string[]]>([
    ['HTTP.REQ.COOKIE.VALUE("a").EQ("b")', UNDEF, ['HTTP.REQ.COOKIE']],
    ['SYS.RANDOM.MUL(100).LT(50)', UNDEF, ['SYS']],
    ['SYS.NON_BLOCKING_HTTP_CALLOUT(mycallout).CONTAINS("x")', UNDEF, ['SYS']],
    ['CLIENT.SSL.CLIENT_CERT.EXISTS', UNDEF, ['CLIENT.SSL.CLIENT_CERT']],
    ['CLIENT.VLAN.ID.EQ(5)', UNDEF, ['CLIENT.VLAN']],
    ['CLIENT.VLAN.ID == 5 || true', true, ['CLIENT.VLAN']],
    ['false && !SYS.TIME.BETWEEN(GMT 2009, GMT 2010)', false, ['SYS']],
    ['"a".AFTER_REGEX(re/a/)', UNDEF, ['AFTER_REGEX']],
    ['"a" + SYS.RANDOM', UNDEF, ['SYS']],
    ['-SYS.RANDOM', UNDEF, ['SYS']],
  ])('%s', (source, expected, unevaluated) => {
    expect(run(source)).toBe(expected);
    expect(compileExpression(source, () => undefined).unevaluated).toEqual(unevaluated);
  });
});

describe('UNDEF', () => {
  const u = '"none".MAP_STRING("m").EQ("x")';
  it.each<[string, unknown]>([
    [`false && ${u}`, false],
    [`${u} && false`, false],
    [`true && ${u}`, UNDEF],
    [`true || ${u}`, true],
    [`${u} || true`, true],
    [`false || ${u}`, UNDEF],
    [`!(${u})`, UNDEF],
    [`${u}.NOT`, UNDEF],
  ])('%s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });
});

describe('expressions that are refused', () => {
  it.each([
    ['', 3081],
    ['(', 3081],
    ['true)', 3081],
    ['true &&', 3081],
    ['"open', 3081],
    ['re/open', 3081],
    ['a.', 3081],
    ['a b', 3081],
    ['#', 3081],
    ['unknown', 3073],
    ['CLIENT.SSL.CLIENT_HELLO.NOSUCH', 3073],
    ['"a".NOSUCH', 3073],
    ['CLIENT.IP.SRC.EQ(10.1.1)', 3081],
    ['CLIENT.IP.SRC.EQ(10.1.1.256)', 3081],
    ['CLIENT.IP.SRC.EQ(10.1.1.0/24)', 3073],
    ['CLIENT.IP.SRC.IN_SUBNET(10.1.1.0/33)', 3081],
    ['CLIENT.IP.SRC.IN_SUBNET(10)', 3073],
    ['HTTP.REQ.METHOD.EQ(GOT)', 3073],
    ['SYS.RANDOM && 1', 3092],
    ['"a".EQ', 3073],
    ['"a".EQ("b","c")', 3073],
    ['"a".EQ(1)', 3073],
    ['"a" + true', 3073],
    ['1 < "a"', 3073],
    ['!1', 3073],
    ['"a" && true', 3092],
    ['"a".SET_TEXT_MODE("IGNORECASE")', 3073],
    ['"a".REGEX_MATCH(re/(/)', 3073],
    ['loop', 3073],
    [`"${'a'.repeat(256)}"`, 3084],
    [`${'!'.repeat(1400)}true`, 3082],
    [`true${' || true'.repeat(200)}`, 3082],
  ])('%s: %i', (source, code) => {
    const looped = (name: string): string | undefined => (name === 'loop' ? 'loop' : undefined);
    const error = (() => {
      try {
        compileExpression(source, looped);
        return undefined;
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ExpressionError);
    expect((error as ExpressionError).code).toBe(code);
  });

  it('property: any text compiles or is refused with an ExpressionError', () => {
    const words = fc.constantFrom(
      'CLIENT',
      'SSL',
      'SNI',
      'HTTP',
      'REQ',
      '.',
      '(',
      ')',
      '"a"',
      '&&',
      '||',
      '+',
      '!',
      '1',
      're/x/',
      'EQ',
      ' ',
      'true',
      ',',
      'CLIENT_HELLO',
      '"',
    );
    const sources = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 20 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(sources, (source) => {
        try {
          compileExpression(source, () => undefined).run(subject('www.a.com'));
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
        referencesIn(source);
      }),
      { numRuns: 2000 },
    );
  });

  it('property: a literal evaluates to its text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
        expect(run(`"${escaped}"`)).toBe(text);
      }),
    );
  });
});

describe('names in an expression', () => {
  it.each<[string, unknown[]]>([
    [
      `${SNI}.IS_STRINGMAP_KEY("m").NOT && ("*."+${SNI}.AFTER_STR(".")).MAP_STRING("n").EQ("x")`,
      [
        { kind: 'policystringmap', name: 'm' },
        { kind: 'policystringmap', name: 'n' },
      ],
    ],
    [
      `${SNI}.EQUALS_ANY("ps") || is_a`,
      [
        { kind: 'policypatset', name: 'ps' },
        { kind: 'policyexpression', name: 'is_a' },
      ],
    ],
    [`${SNI}.SET_TEXT_MODE(IGNORECASE).EQ("IS_STRINGMAP_KEY")`, []],
    ['"a".IS_STRINGMAP_KEY("m") || "b".IS_STRINGMAP_KEY("M")', [{ kind: 'policystringmap', name: 'M' }]],
    ['broken(', []],
  ])('%s', (source, expected) => {
    expect(referencesIn(source)).toEqual(expected);
  });
});

describe('named expressions that name each other', () => {
  const refusal = (text: (index: number) => string): unknown => {
    try {
      return compileExpression('e0', (name) => text(Number(name.slice(1)))).type;
    } catch (error) {
      return error;
    }
  };

  it.each<[string, (index: number) => string, RegExp]>([
    [
      'each the next one twice',
      (index) => (index < 7 ? `e${index + 1} && e${index + 1} || e${index + 1}` : 'true'),
      /expands more than 256/,
    ],
    ['in a chain', (index) => `e${index + 1}`, /nested more than 8 deep/],
  ])('%s → refused with 3082', (_what, text, reason) => {
    expect(refusal(text)).toMatchObject({ code: 3082, message: expect.stringMatching(reason) });
  });

  it('seven steps, each as long as a rule may be → compiled', () => {
    expect(refusal((index) => (index < 7 ? `e${index + 1}${' + 1'.repeat(370)}` : '1'))).toBe('num');
  });
});
