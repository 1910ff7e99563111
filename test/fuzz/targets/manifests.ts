import { parse, stringify } from 'yaml';
import { blockYaml, type JsonValue } from '../../../lib/cli/block-yaml.ts';
import { ConfigurationInvalid } from '../../../lib/config/invalid.ts';
import { parseAppliances } from '../../../lib/config/yaml.ts';
import { ForwarderConfigInvalid, parseConfig } from '../../../lib/forwarder/process/config.ts';
import { API_VERSIONS } from '../../../lib/forwarder/source/kubernetes-projection.ts';
import { type LocatedObject, readManifests } from '../../../lib/forwarder/source/manifests.ts';
import { lint, plan } from '../../../lib/library/index.ts';
import { about, type FuzzTarget, hold, kindOfMessage, same } from '../target.ts';

const TOKENS = [
  ...[
    'apiVersion: networking.k8s.io/v1\n',
    'kind: Ingress\n',
    'kind: Service\n',
    'kind: List\nitems:\n',
    'metadata:\n',
    '---\n',
  ],
  ...[
    '  name: web\n',
    '  namespace: shop\n',
    'spec:\n',
    '  rules:\n',
    '  - host: a.example\n',
    '  tls:\n',
    '\n  annotations:\n',
  ],
  ...[
    '    ingress.citrix.com/ssl-passthrough: "true"\n',
    '&a ',
    '*a',
    '<<: *a',
    '[',
    ']',
    '{',
    '}',
    '- ',
    ': ',
    '? ',
    '|\n',
    '>-\n',
  ],
  ...[
    '# nspass-ignore: HostConflict',
    '!!binary ',
    '%YAML 1.1\n',
    '...\n',
    '\t',
    '{{ .Values.x }}',
    '{"kind":"Ingress",',
    '"items":[',
  ],
  ...['netscaler-passthrough/lint-ignore', '2026-01-01', '1e3', '0o17', '~', 'yes', '\u0085', 'kind: EndpointSlice\n'],
];

/** Returns an object as a manifest. */
const manifestOf = ({ object }: LocatedObject): object => ({
  apiVersion: API_VERSIONS[object.kind],
  ...object,
});

const manifests: FuzzTarget = {
  name: 'manifests',
  parser: 'lib/forwarder/source/manifests.ts#readManifests',
  slow: true,
  maxBytes: 2_000,
  tokens: TOKENS,
  run(input) {
    const text = input.toString('utf8');
    const { objects, problems, unreadable } = readManifests(text, 'x.yaml');
    // YAML takes more for breaks than a line feed: a line beyond the last cannot be.
    const last = text.split(/\r\n|[\n\r]/).length + 1;
    for (const { line } of [...objects, ...problems]) hold(line >= 1 && line <= last, `line ${line} of ${last}`);
    const again = readManifests(
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.map(manifestOf) }),
      'x',
    );
    same(
      again.objects.map(({ object }) => object),
      objects.map(({ object }) => object),
      'printed as JSON, they are other objects',
    );
    return `${about(objects.length)} ${unreadable} ${about(problems.length)} ${kindOfMessage(problems[0]?.message ?? '')}`;
  },
};

const linted: FuzzTarget = {
  name: 'lint',
  parser: 'lib/library/index.ts#lint, plan',
  slow: true,
  maxBytes: 1_500,
  tokens: TOKENS,
  run(input) {
    const text = input.toString('utf8');
    const findings = lint({ 'x.yaml': text });
    const { summary } = plan({ 'x.yaml': text }, { 'x.yaml': text });
    hold(
      Object.values(summary).every((count) => count === 0),
      `a plan from itself to itself: ${JSON.stringify(summary)}`,
    );
    return [...new Set(findings.map(({ code }) => code))].slice(0, 4).join(' ');
  },
};

const appliances: FuzzTarget = {
  name: 'appliances',
  parser: 'lib/config/yaml.ts#parseAppliances',
  slow: true,
  maxBytes: 2_000,
  tokens: [
    ...[
      'appliances:\n',
      '- name: edge\n',
      '  endpoints: [https://192.0.2.5]\n',
      '  credentials:\n    environment: NSPASS\n',
    ],
    ...[
      '  clusters: [prod]\n',
      '  frontendIPs: [192.0.2.0/24]\n',
      '  hostOwnership:\n',
      'suffix: ',
      '&a ',
      '*a',
      '<<: *a',
      '__proto__: x',
    ],
    ...[
      '  memberNetworks: []\n',
      '  defaultVip: 192.0.2.1\n',
      '  systemId: nsp\n',
      '  tls: {}\n',
      '[',
      '{',
      '- ',
      ': ',
    ],
  ],
  run(input) {
    let read: ReturnType<typeof parseAppliances>;
    try {
      read = parseAppliances(input.toString('utf8'), 'appliances.yml');
    } catch (error) {
      if (!(error instanceof ConfigurationInvalid)) throw error;
      hold(
        error.message.split('\n').every((line) => line.startsWith('appliances.yml:')),
        `a message without its file: ${error.message}`,
      );
      return kindOfMessage(error.message);
    }
    same(parseAppliances(stringify({ appliances: read }), 'x'), read, 'printed, they are others');
    return `${read.length}`;
  },
};

const forwarderConfig: FuzzTarget = {
  name: 'forwarder-config',
  parser: 'lib/forwarder/process/config.ts#parseConfig',
  tokens: [
    '"cluster":{"name":"prod"}',
    '"bus":{"name":"x"}',
    '"publish":{',
    '"windowMs":100',
    '"kubernetes":{',
    '"__proto__":{',
    '1e9',
  ],
  run(input) {
    let raw: unknown;
    try {
      raw = JSON.parse(input.toString('utf8'));
    } catch {
      return 'not JSON';
    }
    try {
      const config = parseConfig(raw, 'x');
      same(parseConfig(JSON.parse(JSON.stringify(config)), 'x'), config, 'printed, it is another');
      return 'read';
    } catch (error) {
      if (!(error instanceof ForwarderConfigInvalid)) throw error;
      return kindOfMessage(error.message);
    }
  },
};

const printed: FuzzTarget = {
  name: 'block-yaml',
  parser: 'lib/cli/block-yaml.ts#blockYaml (read back by yaml)',
  tokens: [
    '"a":',
    '[',
    ']',
    '{',
    '}',
    '"',
    '\\n',
    '\\u0000',
    '"1e3"',
    '"no"',
    '"- x"',
    '"a: b"',
    '"# x"',
    '"2026-01-01"',
    '"0x1F"',
    '1e99',
  ],
  run(input) {
    let value: JsonValue;
    try {
      value = JSON.parse(input.toString('utf8')) as JsonValue;
    } catch {
      return 'not JSON';
    }
    const written = blockYaml(value);
    for (const version of ['1.2', '1.1'] as const) {
      // Keys of YAML 1.1 such as `<<` merge: they are for manifests, which nobody prints so.
      if (version === '1.1' && /"<<"|"="/.test(JSON.stringify(value))) continue;
      same(parse(written, { version }), value, `YAML ${version}`);
    }
    return `${typeof value} ${about(written.split('\n').length)}`;
  },
};

export const MANIFESTS: readonly FuzzTarget[] = [manifests, linted, appliances, forwarderConfig, printed];
