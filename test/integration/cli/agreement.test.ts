import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lintCommand } from '../../../lib/cli/lint.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import type { LintFinding } from '../../../lib/ingress/index.ts';

interface Shape {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly className?: string;
  readonly host?: string;
  readonly paths?: readonly (readonly [path: string, service: string])[];
}

const ON = { 'ingress.citrix.com/ssl-passthrough': 'true', 'ingress.citrix.com/frontend-ip': '192.0.2.10' };
const SOLVER = '/.well-known/acme-challenge/T0k';

/** Ingresses by name: what people write, right and nearly right. */
const FOLDER: Readonly<Record<string, Shape>> = {
  good: { annotations: ON },
  capital: { annotations: { 'Ingress.citrix.com/ssl-passthrough': 'True' } },
  passthru: { annotations: { 'ingress.citrix.com/ssl-passthru': 'True' } },
  underscore: { annotations: { ...ON, 'ingress.citrix.com/secure_backend': 'True' } },
  nginx: { annotations: { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' } },
  yes: { annotations: { ...ON, 'ingress.citrix.com/ssl-passthrough': 'yes' } },
  other: { annotations: ON, className: 'nginx' },
  unknown: { annotations: ON, className: 'edge' },
  off: { annotations: { ...ON, 'ingress.citrix.com/ssl-passthrough': 'false' } },
  restricted: { annotations: { ...ON, 'ingress.citrix.com/ca-secret': '{}', 'haproxy.org/allow-list': '10.0.0.0/8' } },
  route: { annotations: { ...ON, 'route.citrix.com/lbvserver': '{}' } },
  probe: { annotations: { ...ON, 'ingress.citrix.com/monitor': '{"app1":{"type":"http"}}' } },
  renewing: {
    annotations: ON,
    paths: [
      ['/app', 'app1'],
      [SOLVER, 'app2'],
    ],
  },
  redirecting: { annotations: { ...ON, 'ingress.citrix.com/insecure-termination': 'redirect' }, host: 'acme.example' },
  solver: { host: 'acme.example', paths: [[SOLVER, 'app2']] },
  twice: { annotations: ON, host: 'good.example' },
};

function manifest([name, shape]: [string, Shape]): string {
  const { annotations = {}, className = 'citrix', host = `${name}.example`, paths = [['/', 'app1']] } = shape;
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: {
      ingressClassName: className,
      rules: [
        {
          host,
          http: {
            paths: paths.map(([path, service]) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 443 } } },
            })),
          },
        },
      ],
      tls: [{}],
    },
  });
}

const service = (name: string, address: string): string => `---
{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: {ports: [{port: 443}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{port: 8443}]
endpoints: [{addresses: [${address}]}]
`;

let folder: string;
let stack: LocalStack | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nspass-agreement-'));
});
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function linted(): Promise<{ said: string[]; assumed: string }> {
  let out = '';
  let assumed = '';
  const io = {
    stdin: Readable.from([]),
    out: (text: string): void => {
      out += text;
    },
    err: (text: string): void => {
      assumed += text;
    },
    exit: () => {},
  };
  await lintCommand({ read: () => Promise.reject(new Error('no cluster')) }, io).parseAsync(
    [folder, '--format', 'json'],
    { from: 'user' },
  );
  const findings = JSON.parse(out) as LintFinding[];
  return { said: findings.map(({ name, code, severity }) => `default/${name} ${severity} ${code}`).sort(), assumed };
}

/** Returns the findings of `nspass local` for the same folder, once it is programmed. */
async function programmed(): Promise<{ said: string[]; assumed: string[] }> {
  const said = new Set<string>();
  const assumed: string[] = [];
  stack = await startLocalStack({
    folder,
    onSkipped: ({ ingress }) => said.add(`${ingress} warning ClassNotOurs`),
    onFinding: (ingress, { code, severity }) => said.add(`${ingress} ${severity} ${code}`),
    onClassAssumed: (name) => assumed.push(name),
    onOutcome: ({ data }) => {
      if (!('name' in data && 'findings' in data)) return;
      for (const { code, severity } of data.findings) said.add(`${data.namespace}/${data.name} ${severity} ${code}`);
    },
  });
  await stack.ready;
  return { said: [...said].sort(), assumed };
}

it('lint and local say the same of a folder, each of them the whole', async () => {
  await writeFile(join(folder, 'ingresses.yaml'), Object.entries(FOLDER).map(manifest).join('\n---\n'));
  await writeFile(join(folder, 'services.yaml'), service('app1', '10.244.0.11') + service('app2', '10.244.0.12'));
  const lint = await linted();
  expect(lint.said).toEqual([
    'default/capital warning PassthroughNotRequested',
    'default/nginx warning PassthroughNotRequested',
    'default/other warning ClassNotOurs',
    'default/passthru warning PassthroughNotRequested',
    'default/probe warning MonitorPlain',
    'default/renewing warning ChallengeUnanswered',
    'default/renewing warning PathsIgnored',
    'default/restricted warning AccessUnrestricted',
    'default/restricted warning AccessUnrestricted',
    'default/restricted warning AnnotationIgnored',
    'default/route warning AnnotationMisplaced',
    'default/solver warning ChallengeUnanswered',
    'default/twice error HostConflict',
    'default/underscore warning AnnotationDeprecated',
    'default/yes warning InvalidAnnotation',
  ]);
  expect(lint.assumed).toContain(
    'the class "edge" was not found; it is assumed to belong to citrix.com/ingress-controller',
  );
  expect(await programmed()).toEqual({ said: [...new Set(lint.said)], assumed: ['edge'] });
});
