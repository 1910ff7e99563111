import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationInvalid } from '../../../lib/config/load.ts';
import { parseAppliances } from '../../../lib/config/yaml.ts';

const good = (extra: string) => `appliances:
  - name: edge
    clusters: [c1]
    endpoints: ['https://10.0.0.5']
    credentials: { secret: nspass/edge }
${extra}`;

function refusal(text: string): string {
  try {
    parseAppliances(text, 'appliances.yml');
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('appliances.yml', () => {
  it('reads the example, defaults filled in', () => {
    const text = readFileSync(new URL('../../../appliances.example.yml', import.meta.url), 'utf8');
    const appliances = parseAppliances(text, 'appliances.example.yml');
    expect(appliances.map(({ name, policy, drainSeconds }) => [name, policy, drainSeconds])).toEqual([
      ['edge', 'sync', 300],
      ['datacentre', 'observe', 300],
    ]);
  });

  it.each([
    [
      'lbvserver: [listenpolicy]',
      '6:38: appliances.0.allowedAttributes.lbvserver.0: "listenpolicy" of lbvserver can never apply',
    ],
    [
      'lbvserver: [lbmethod, CookieName]',
      '6:48: appliances.0.allowedAttributes.lbvserver.1: "CookieName" of lbvserver can never',
    ],
    ['monitor: [intervall]', '"intervall" can never apply: it is not an attribute of monitor; did you mean interval?'],
    ['csvserver: [xyzabcdefgh]', '"xyzabcdefgh" can never apply: it is not an attribute of csvserver'],
    ['servicegroup: [USIP, tcpProfileName]', 'accepted'],
  ])('VAL-13: an allow-list that can never apply is refused: %s', (entry, message) => {
    expect(refusal(good(`    allowedAttributes: { ${entry} }\n`))).toContain(message);
  });

  it.each([
    ['a wrong key, where the key stands', good('    endpoint: x\n'), '6:5: appliances.0.endpoint: unknown key'],
    [
      'a wrong key inside an object',
      good('    tls:\n      verifi: true\n'),
      '7:7: appliances.0.tls.verifi: unknown key',
    ],
    [
      'an impossible range',
      good('    frontendIPs:\n      - 10.0.0.0/33\n'),
      '7:9: appliances.0.frontendIPs.0: "10.0.0.0/33"',
    ],
    [
      'a range that is none',
      good('    memberNetworks: [pods]\n'),
      '6:22: appliances.0.memberNetworks.0: "pods" is not a range',
    ],
    ['an IPv6 range too long', good('    memberNetworks: ["2001:db8::/129"]\n'), 'more than 128 bits'],
    ['a VIP that is no address', good('    defaultVip: vip.example.com\n'), '6:5: appliances.0.defaultVip'],
    [
      'a namespace that none can be',
      good('    namespaces: [Team_A]\n'),
      '6:18: appliances.0.namespaces.0: expected a namespace',
    ],
    [
      'a domain that none can be',
      good('    hostOwnership: [{ suffix: a_b.c, namespaces: [x] }]\n'),
      '6:23: appliances.0.hostOwnership.0.suffix: "a_b.c" has an underscore',
    ],
    ['an empty name', good('    tls: { ca: "" }\n'), '6:12: appliances.0.tls.ca: is empty'],
    ['an alias of nothing', 'appliances: *none\n', 'appliances.yml:1:13: Unresolved alias'],
    ['no YAML', 'appliances: [\n', 'appliances.yml:2:1: '],
    ['the same key twice', good('    name: other\n'), '6:5: Map keys must be unique'],
    ['an empty file', '', 'appliances.yml:1:1: '],
    ['a missing field', 'appliances:\n  - name: edge\n', '2:5: appliances.0.clusters: is missing'],
    ['a port range beyond what there is', good('    prune: { percent: 130 }\n'), 'appliances.0.prune.percent'],
    [
      'two sources of credentials',
      good('').replace('{ secret: nspass/edge }', '{ secret: a, file: b }'),
      '5:5: appliances.0.credentials: expected exactly one of secret, environment and file; found secret and file',
    ],
    [
      'two appliances of one name',
      `${good('')}${good('').split('\n').slice(1).join('\n')}`,
      '6:5: appliances.1.name: two appliances have the name "edge"',
    ],
    ['three members of a pair', good('').replace("['https://10.0.0.5']", '[https://a, https://b, https://c]'), '4:5: '],
    ['an endpoint of another protocol', good('').replace('https:', 'ftp:'), 'is not a URL that begins with https://'],
    ['an endpoint with a query', good('').replace('0.5', '0.5/?a=b'), '4:17: appliances.0.endpoints.0: has a query'],
    [
      'a Console without a way to the appliance',
      good('    console: {}\n'),
      '6:5: appliances.0.console: expected exactly one of instanceIp',
    ],
  ])('refuses %s, with line and reason', (_case, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it.each(['https://nsroot:secret@10.0.0.5', 'ftp://nsroot:secret@10.0.0.5', 'nsroot:secret@10.0.0.5'])(
    'refuses credentials in an endpoint, and does not repeat them: %s',
    (endpoint) => {
      const said = refusal(good('').replace('https://10.0.0.5', endpoint));
      expect(said).toMatch(/^appliances.yml:4:17: appliances\.0\.endpoints\.0: holds a user name or password/);
      expect(said).not.toContain('secret');
      expect(said.split('\n')).toHaveLength(1);
    },
  );

  it('refuses a password instead of the name of its variables, and does not repeat it', () => {
    const said = refusal(good('').replace('secret: nspass/edge', 'environment: pa$$word!'));
    expect(said).toMatch(
      /^appliances.yml:5:20: appliances.0.credentials.environment: expected the beginning of the names/,
    );
    expect(said).not.toContain('pa$$word!');
  });

  it('names every problem, in the order of the file', () => {
    const lines = refusal(good('    frontendIPs: [1.2.3.4/40]\n    memberNetworks: [x]\n')).split('\n');
    expect(lines.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      'appliances.yml:6',
      'appliances.yml:7',
    ]);
  });

  it('adds what the place of use has against it, at its line', () => {
    const further = () => [{ path: ['appliances', 0, 'tls', 'ca'], message: 'ca.pem does not exist' }];
    expect(() => parseAppliances(good('    tls: { ca: ca.pem }\n'), 'a.yml', further)).toThrow(
      'a.yml:6:12: appliances.0.tls.ca: ca.pem does not exist',
    );
  });

  it('answers any text with appliances or with ConfigurationInvalid', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => good(tail)),
        ),
        (text) => {
          try {
            parseAppliances(text, 'f.yml');
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationInvalid);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
