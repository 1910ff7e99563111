import { isIP } from 'node:net';
import { MappingInvalid, parseMapping } from '../../../lib/cli/local/addresses.ts';
import { baseUrlProblem } from '../../../lib/config/base-url.ts';
import { parseValue } from '../../../lib/ingress/attribute-value.ts';
import { contains, parseCidr } from '../../../lib/ingress/cidr.ts';
import { parseHost } from '../../../lib/ingress/host.ts';
import { ANNOTATIONS, ATTRIBUTES, interpret, OBJECTS } from '../../../lib/ingress/index.ts';
import { parseAddress } from '../../../lib/ingress/ip.ts';
import { parseJsonMap } from '../../../lib/ingress/json-map.ts';
import { ignoresIn } from '../../../lib/library/lint-ignore.ts';
import { parsePath } from '../../../lib/library/lint-positions.ts';
import { routesText } from '../routes-text.ts';
import { about, type FuzzTarget, hold, kindOfMessage, same } from '../target.ts';

const address: FuzzTarget = {
  name: 'address',
  parser: 'lib/ingress/ip.ts#parseAddress, lib/ingress/cidr.ts#parseCidr',
  maxBytes: 64,
  tokens: [
    '::',
    ':',
    '.',
    '/',
    '0',
    '255',
    '256',
    'ffff',
    '192.0.2.1',
    '2001:db8',
    '::ffff:',
    '%eth0',
    '/32',
    '/128',
    '00',
  ],
  run(input) {
    const text = input.toString('utf8');
    const parsed = parseAddress(text);
    const family = isIP(text);
    // Node also takes a zone, which is not part of an address.
    hold((parsed?.family ?? 0) === (text.includes('%') ? 0 : family), `Node says IPv${family}`);
    const network = parseCidr(text);
    if (parsed !== undefined) {
      same(parseAddress(parsed.text)?.text, parsed.text, 'the canonical text');
      hold(parseAddress(parsed.text)?.bits === parsed.bits, 'other bits');
      hold(network !== undefined && contains(network, parsed), 'not in its own range');
      if (family === 6)
        hold(new URL(`http://[${parsed.text}]/`).hostname.length <= parsed.text.length + 2, 'not the shortest');
    }
    if (network !== undefined)
      hold(network.prefix >= 0 && network.prefix <= (network.family === 4 ? 32 : 128), 'prefix');
    return `${parsed?.family} ${network?.prefix}`;
  },
};

const host: FuzzTarget = {
  name: 'host',
  parser: 'lib/ingress/host.ts#parseHost',
  maxBytes: 400,
  tokens: [
    '*.',
    '.',
    '-',
    '_',
    'example',
    'EXAMPLE',
    'xn--',
    '\u00fc',
    '\u0130',
    '\u212a',
    '192.0.2.1',
    ':443',
    'a'.repeat(63),
  ],
  run(input) {
    const parsed = parseHost(input.toString('utf8'));
    if ('reason' in parsed) {
      if (parsed.suggestion !== undefined)
        hold('host' in parseHost(parsed.suggestion), 'a suggestion that is not valid');
      return kindOfMessage(parsed.reason);
    }
    hold(/^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(parsed.host), parsed.host);
    hold(parsed.host.length <= 253 && isIP(parsed.host) === 0, 'too long, or an address');
    same(parseHost(parsed.host), parsed, 'the canonical host');
    return `host ${about(parsed.host.split('.').length)} ${parsed.host.startsWith('*')}`;
  },
};

const jsonMap: FuzzTarget = {
  name: 'annotation-json',
  parser: 'lib/ingress/json-map.ts#parseJsonMap',
  tokens: [
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ':',
    ',',
    '{"web":{"lbmethod":"LRTM"}}',
    'True',
    'null',
    '\u201c',
    '\u2019',
    '\\"',
    '\\u00',
    '"__proto__":',
  ],
  run(input) {
    const text = input.toString('utf8');
    const map = parseJsonMap(text);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {}
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    hold('entries' in map === isObject, 'JSON.parse judges otherwise');
    if ('entries' in map) {
      same(
        Object.fromEntries(map.entries),
        Object.fromEntries(Object.entries(json as object).sort(([a], [b]) => (a < b ? -1 : 1))),
        'entries',
      );
      return `entries ${about(map.entries.length)} ${about(map.duplicates.length)}`;
    }
    if (map.suggestion !== undefined) hold('entries' in parseJsonMap(map.suggestion), `suggests ${map.suggestion}`);
    return `${kindOfMessage(map.reason)} ${map.suggestion === undefined}`;
  },
};

const annotations: FuzzTarget = {
  name: 'annotations',
  parser: 'lib/ingress/interpret.ts#interpret',
  tokens: [
    ...Object.values(ANNOTATIONS).map((name) => `\n${name}=`),
    ...[
      'true',
      '443',
      '192.0.2.10',
      '{"web":{"lbmethod":"LRTM"}}',
      '{"web":{"type":"HTTP","send":"x","respcode":"200,301-302"}}',
    ],
    ...[
      '{"clttimeout":"9000"}',
      '{"web":{"clttimeout":60,"maxclient":"10"}}',
      'redirect',
      'allow',
      '{',
      '"',
      "'",
      '__proto__',
      '\u201c',
    ],
  ],
  run(input) {
    const lines = input.toString('utf8').split('\n');
    const entries = lines.map((line): [string, string] => {
      const at = line.indexOf('=');
      return [`ingress.citrix.com/${at < 0 ? line : line.slice(0, at)}`, at < 0 ? '' : line.slice(at + 1)];
    });
    const backend = { service: { name: 'web', port: 443 } };
    const { routes, findings } = interpret(
      'prod',
      {
        ...{ namespace: 'shop', name: 'web', created: 0, class: 'citrix' },
        annotations: Object.fromEntries(entries),
        rules: [{ host: 'a.example', paths: [{ path: '/', pathType: 'Prefix', backend }] }],
        tls: [{ hosts: ['a.example'] }],
        backends: [{ service: 'web', port: 443, members: [{ address: '10.0.0.1', port: 8443 }] }],
      },
      { ipsets: [], hostOwnership: [], defaultVip: '192.0.2.10' } as never,
    );
    hold(!/[^\x20-\x7e\r\n\t]/.test(routesText(routes)), 'a route with a text that the appliance does not take');
    hold(
      findings.every(({ message, code }) => typeof message === 'string' && code !== undefined),
      'a finding without words',
    );
    return `${routes.routes.length} ${[...new Set(findings.map(({ code }) => code))].slice(0, 3).join(' ')}`;
  },
};

const ALL_ATTRIBUTES = OBJECTS.flatMap((object) => [...ATTRIBUTES[object].values()]);

const attributeValue: FuzzTarget = {
  name: 'attribute-value',
  parser: 'lib/ingress/attribute-value.ts#parseValue',
  maxBytes: 600,
  tokens: ['200', '301-302', ',', ' ', 'ENABLED', 'LRTM', '255.255.255.0', '65535', 'a b', '\r\n', '@', '#'],
  run(input) {
    const attribute = ALL_ATTRIBUTES[(input[0] ?? 0) % ALL_ATTRIBUTES.length] as (typeof ALL_ATTRIBUTES)[number];
    const result = parseValue(attribute, input.toString('utf8', 1));
    if (!('value' in result)) return `${attribute.type.kind} ${kindOfMessage(result.reason)}`;
    same(parseValue(attribute, result.value), result, 'the canonical value');
    hold(/^[\x20-\x7e\r\n\t]*$/.test(String(result.value)), 'not printable');
    return `${attribute.type.kind} ${typeof result.value}`;
  },
};

const options: FuzzTarget = {
  name: 'options',
  parser:
    'lib/cli/local/addresses.ts#parseMapping, lib/config/base-url.ts, lib/library/lint-positions.ts#parsePath, lint-ignore.ts#ignoresIn',
  maxBytes: 1_000,
  tokens: [
    '=',
    ':443',
    '[2001:db8::1]',
    '192.0.2.1',
    'https://',
    '@',
    'user:x@',
    '/',
    '\\',
    '?',
    '#',
    '["a.b/c"]',
    '[0]',
    '.spec',
    '# nspass-ignore: ',
  ],
  run(input) {
    const text = input.toString('utf8');
    const steps = parsePath(text);
    hold(
      steps.every((step) => typeof step === 'string' || step >= 0),
      'a step that is neither',
    );
    const problem = baseUrlProblem(text);
    if (problem === undefined) {
      const url = new URL(text);
      hold(url.username === '' && url.password === '' && /^https?:$/.test(url.protocol), `taken: ${text}`);
    }
    let mapping = 'mapping';
    try {
      const [, { port }] = parseMapping(text);
      hold(port >= 1 && port <= 65_535, 'port');
    } catch (error) {
      if (!(error instanceof MappingInvalid)) throw error;
      mapping = 'none';
    }
    return `${about(steps.length)} ${problem === undefined} ${mapping} ${about(ignoresIn(text).size)}`;
  },
};

export const INGRESS: readonly FuzzTarget[] = [address, host, jsonMap, annotations, attributeValue, options];
