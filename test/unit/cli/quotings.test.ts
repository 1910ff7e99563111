import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lintCommand } from '../../../lib/cli/lint.ts';
import { readManifests } from '../../../lib/forwarder/source/manifests.ts';
import type { LintFinding } from '../../../lib/ingress/index.ts';
import { renderRoutes, run } from '../../corpus/run.ts';

const CLUSTER = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: citrix}
spec: {controller: citrix.com/ingress-controller}
---
apiVersion: v1
kind: Service
metadata: {name: app1, namespace: default}
spec: {ports: [{name: https, port: 443, targetPort: 8443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: app1-1, namespace: default, labels: {kubernetes.io/service-name: app1}}
addressType: IPv4
ports: [{name: https, port: 8443, protocol: TCP}]
endpoints: [{addresses: [10.244.0.11], conditions: {ready: true}}]
`;

/** The line of the annotation in each manifest. */
const LINE = 7;

/** A manifest whose annotation has a value in the words of YAML; nothing else is wrong with it. */
function manifest(name: string, value: string): string {
  const usual = { 'frontend-ip': '192.0.2.10', 'ssl-passthrough': '"True"' };
  const rest = Object.entries(usual).filter(([each]) => each !== name);
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: default
  annotations:
    ingress.citrix.com/${name}: ${value}
${rest.map(([each, text]) => `    ingress.citrix.com/${each}: ${text}\n`).join('')}spec:
  ingressClassName: citrix
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app1, port: {number: 443}}}}]}
  tls:
  - secretName: x
---
${CLUSTER}`;
}

const ON_443 = 'shop.example.com 192.0.2.10:443 > app1:443 10.244.0.11:8443';
const SERVED = [ON_443];
const ON_8443 = ['shop.example.com 192.0.2.10:8443 > app1:443 10.244.0.11:8443'];
const ROUND_ROBIN = [`${ON_443} {"lbvserver":{"lbmethod":"ROUNDROBIN"}}`];
/** Ours, and on no front end: where it is to be served cannot be told. */
const NONE: readonly string[] = [];
/** Passthrough is not switched on. */
const OFF = 'off';

/**
 * Ways in which people quote the values of annotations: a value that cannot be read is said, with the text to write
 * where that is certain, and the host keeps being served wherever it is known where.
 */
const QUOTINGS: readonly (readonly [
  how: string,
  annotation: string,
  yaml: string,
  serves: readonly string[] | typeof OFF,
  said?: string,
])[] = [
  [
    'typographic quotes around an address',
    'frontend-ip',
    '“192.0.2.10”',
    NONE,
    'FrontendIPInvalid: Write ingress.citrix.com/frontend-ip: "192.0.2.10"',
  ],
  [
    'all quotes typographic, as on the vendor’s page',
    'csvserver',
    '‘{“l2conn”:”on”}’',
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/csvserver: '{"l2conn":"on"}'`,
  ],
  [
    'straight and typographic quotes mixed',
    'lbvserver',
    `'{"app1":{"lbmethod":"ROUNDROBIN"}, “app2”:{“lbmethod”: “LRTM”}}'`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"ROUNDROBIN"}, "app2":{"lbmethod": "LRTM"}}'`,
  ],
  [
    'a mapping of YAML instead of text',
    'secure-backend',
    '{"app1":"True", "app2":"False", "app3":"True"}',
    SERVED,
    `ManifestInvalid: Write the value in single quotes: '{"app1":"True","app2":"False","app3":"True"}'`,
  ],
  [
    'a closing brace missing',
    'lbvserver',
    `'{"app1":{"lbmethod":"SRCIPDESTIPHASH"}'`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"SRCIPDESTIPHASH"}}'`,
  ],
  [
    'single quotes inside double ones',
    'lbvserver',
    `"{'app1':{'lbmethod':'ROUNDROBIN'}}"`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"ROUNDROBIN"}}'`,
  ],
  ['escaped double quotes', 'lbvserver', '"{\\"app1\\":{\\"lbmethod\\":\\"ROUNDROBIN\\"}}"', ROUND_ROBIN],
  ['a block scalar', 'lbvserver', '|\n      {\n        "app1": { "lbmethod": "ROUNDROBIN" }\n      }', ROUND_ROBIN],
  ['a folded scalar', 'lbvserver', '>-\n      {"app1":\n      {"lbmethod":"ROUNDROBIN"}}', ROUND_ROBIN],
  [
    'JSON within a JSON text, as of toJson twice',
    'lbvserver',
    `'"{\\"app1\\":{\\"lbmethod\\":\\"ROUNDROBIN\\"}}"'`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"ROUNDROBIN"}}'`,
  ],
  [
    'a comma too many',
    'lbvserver',
    `'{"app1":{"lbmethod":"ROUNDROBIN",}}'`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"ROUNDROBIN"}}'`,
  ],
  [
    'YAML without quotes in a text',
    'lbvserver',
    "'{app1: {lbmethod: ROUNDROBIN}}'",
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"ROUNDROBIN"}}'`,
  ],
  [
    'a port with its protocol as key',
    'lbvserver',
    `'{"443-tcp":{"lbmethod":"ROUNDROBIN"}}'`,
    SERVED,
    'InvalidAnnotation: Write the name of a Service of this Ingress: "app1".',
  ],
  [
    'no Service as key',
    'lbvserver',
    `'{"lbmethod":"ROUNDROBIN"}'`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/lbvserver: '{"app1":{"lbmethod":"ROUNDROBIN"}}'`,
  ],
  [
    'a prefix length',
    'frontend-ip',
    '"192.0.2.10/32"',
    NONE,
    'FrontendIPInvalid: Write ingress.citrix.com/frontend-ip: "192.0.2.10"',
  ],
  [
    'a port behind the address',
    'frontend-ip',
    '"192.0.2.10:443"',
    NONE,
    'FrontendIPInvalid: Write ingress.citrix.com/frontend-ip: "192.0.2.10"',
  ],
  [
    'two addresses',
    'frontend-ip',
    '"192.0.2.10,192.0.2.11"',
    NONE,
    'FrontendIPInvalid: Write one address, such as 192.0.2.10 or 2001:db8::10.',
  ],
  ['a line break at the end, as of b64dec', 'frontend-ip', '"192.0.2.10\\n"', SERVED],
  ['a no-break space', 'frontend-ip', '"\\u00a0192.0.2.10"', SERVED],
  [
    'a space without width',
    'frontend-ip',
    '"192.0.2.10\\u200b"',
    NONE,
    'FrontendIPInvalid: Write ingress.citrix.com/frontend-ip: "192.0.2.10"',
  ],
  [
    'leading zeros',
    'frontend-ip',
    '"192.000.002.010"',
    NONE,
    'FrontendIPInvalid: Write one address, such as 192.0.2.10 or 2001:db8::10.',
  ],
  [
    'a variable that nobody replaced',
    'frontend-ip',
    `"\${VIP}"`,
    NONE,
    'FrontendIPInvalid: Write one address, such as 192.0.2.10 or 2001:db8::10.',
  ],
  [
    'the placeholder of the sample',
    'frontend-ip',
    '"x.x.x.x"',
    NONE,
    'FrontendIPInvalid: Write one address, such as 192.0.2.10 or 2001:db8::10.',
  ],
  [
    'a blank behind true',
    'ssl-passthrough',
    '"True "',
    OFF,
    'InvalidAnnotation: Write ingress.citrix.com/ssl-passthrough: "True"',
  ],
  [
    'yes instead of true',
    'ssl-passthrough',
    '"yes"',
    OFF,
    'InvalidAnnotation: Write "true" to pass TLS through, or remove the annotation.',
  ],
  [
    '1 instead of true',
    'ssl-passthrough',
    '"1"',
    OFF,
    'InvalidAnnotation: Write "true" to pass TLS through, or remove the annotation.',
  ],
  [
    'enabled instead of true',
    'ssl-passthrough',
    '"enabled"',
    OFF,
    'InvalidAnnotation: Write "true" to pass TLS through, or remove the annotation.',
  ],
  ['a boolean of YAML', 'ssl-passthrough', 'true', SERVED, 'ManifestInvalid: Write the value in quotes: "true"'],
  [
    'typographic quotes around true',
    'ssl-passthrough',
    '“True”',
    OFF,
    'InvalidAnnotation: Write ingress.citrix.com/ssl-passthrough: "True"',
  ],
  [
    'both choices, as a page lists them',
    'ssl-passthrough',
    "'True|False'",
    OFF,
    'InvalidAnnotation: Write "true" to pass TLS through, or remove the annotation.',
  ],
  ['a number of YAML', 'secure-port', '8443', ON_8443, 'ManifestInvalid: Write the value in quotes: "8443"'],
  ['a blank behind a port', 'secure-port', '"8443 "', ON_8443],
  ['the name of a port', 'secure-port', '"https"', NONE, 'PortInvalid: Write a port number from 1 to 65535.'],
  [
    '0 to switch off',
    'insecure-port',
    '"0"',
    SERVED,
    'PortInvalid: Write a port, or remove the annotation: 0 does not disable the port.',
  ],
  [
    'a Service twice',
    'lbvserver',
    `'{"app1":{"lbmethod":"ROUNDROBIN"},"app1":{"lbmethod":"LRTM"}}'`,
    [`${ON_443} {"lbvserver":{"lbmethod":"LRTM"}}`],
    'InvalidAnnotation: Keep one of the two.',
  ],
  [
    'True as Python writes it',
    'secure-backend',
    `'{"app1": True}'`,
    SERVED,
    `InvalidAnnotation: Write ingress.citrix.com/secure-backend: '{"app1":true}'`,
  ],
  [
    'a namespace before the Service',
    'lbvserver',
    `'{"default/app1":{"lbmethod":"ROUNDROBIN"}}'`,
    SERVED,
    'InvalidAnnotation: Did you mean app1?',
  ],
  [
    'a port behind the Service',
    'lbvserver',
    `'{"app1:443":{"lbmethod":"ROUNDROBIN"}}'`,
    SERVED,
    'InvalidAnnotation: Did you mean app1?',
  ],
  [
    'a Service in capitals',
    'lbvserver',
    `'{"App1":{"lbmethod":"ROUNDROBIN"}}'`,
    SERVED,
    'InvalidAnnotation: Did you mean app1?',
  ],
  [
    'a blank behind redirect',
    'insecure-termination',
    '"Redirect "',
    SERVED,
    'InvalidAnnotation: Write ingress.citrix.com/insecure-termination: "Redirect"',
  ],
  [
    'true instead of redirect',
    'insecure-termination',
    '"true"',
    SERVED,
    'InvalidAnnotation: Write redirect or disallow.',
  ],
  [
    'typographic quotes around redirect',
    'insecure-termination',
    '“redirect”',
    SERVED,
    'InvalidAnnotation: Write ingress.citrix.com/insecure-termination: "redirect"',
  ],
];

async function linted(stdin: string): Promise<LintFinding[]> {
  let text = '';
  const io = {
    stdin: Readable.from([stdin]),
    out: (more: string): void => {
      text += more;
    },
    err: () => {},
    exit: () => {},
  };
  await lintCommand({ read: () => Promise.reject(new Error('no cluster')) }, io).parseAsync(['-', '--format', 'json'], {
    from: 'user',
  });
  return JSON.parse(text);
}

function served(text: string): readonly string[] | typeof OFF {
  const objects = readManifests(text, 'a.yaml').objects.map(({ object }) => object);
  const ingress = objects.find(({ kind }) => kind === 'Ingress');
  const cluster = objects.filter((object) => object !== ingress);
  const { meaning } = run({ rule: '', name: '', ingress, cluster });
  return meaning === undefined ? OFF : renderRoutes(meaning);
}

describe('SEL-1, VAL-9 to VAL-13: a value and its quotes', () => {
  it('are 42', () => {
    expect(new Set(QUOTINGS.map(([how]) => how)).size).toBe(42);
  });

  const cases = QUOTINGS.map(([how, annotation, yaml, serves, said]) => ({ how, annotation, yaml, serves, said }));
  it.each(cases)('$annotation: $how', async ({ annotation, yaml, serves, said }) => {
    const text = manifest(annotation, yaml);
    const findings = await linted(text);
    expect(findings.map(({ code, remedy }) => `${code}: ${remedy}`)).toEqual(said === undefined ? [] : [said]);
    for (const { line } of findings) expect(line).toBe(LINE);
    expect(served(text)).toEqual(serves);
  });
});
