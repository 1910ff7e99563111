import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { probeHttp, probeTls } from '../../../lib/cli/demo/probe.ts';
import type { LocalEndpoint } from '../../../lib/cli/local/backends.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import { hostPort } from '../../../lib/contract/index.ts';

const FOLDER = 'docs/examples';

/** Every example: where it listens, and the addresses that each of its hosts may lead to. */
const EXAMPLES: Readonly<Record<string, { port: number; hosts: Readonly<Record<string, readonly string[]>> }>> = {
  acme: { port: 443, hosts: { 'shop.example.com': ['10.244.6.11:8443'] } },
  argocd: { port: 443, hosts: { 'argocd.example.com': ['10.244.1.11:8080'] } },
  gateway: {
    port: 443,
    hosts: {
      'shop.example.com': ['10.244.5.11:8443', '10.244.5.12:8443', '10.244.5.21:8443'],
      'a.b.shop.example.com': ['10.244.5.11:8443', '10.244.5.12:8443', '10.244.5.21:8443'],
    },
  },
  hotdrinks: { port: 443, hosts: { 'hotdrinks.beverages.com': ['10.244.0.11:8443', '10.244.0.12:8443'] } },
  kafka: {
    port: 9094,
    hosts: {
      'bootstrap.kafka.example.com': ['10.244.2.10:9094', '10.244.2.11:9094', '10.244.2.12:9094'],
      'broker-0.kafka.example.com': ['10.244.2.10:9094'],
      'broker-1.kafka.example.com': ['10.244.2.11:9094'],
      'broker-2.kafka.example.com': ['10.244.2.12:9094'],
    },
  },
  mongodb: {
    port: 27_017,
    hosts: {
      'mongo-0.example.com': ['10.244.3.10:27017'],
      'mongo-1.example.com': ['10.244.3.11:27017'],
      'mongo-2.example.com': ['10.244.3.12:27017'],
    },
  },
  vault: { port: 443, hosts: { 'vault.example.com': ['10.244.4.11:8200', '10.244.4.12:8200', '10.244.4.13:8200'] } },
};

let stack: LocalStack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

it('every example is run here', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(EXAMPLES));
});

describe.each(Object.entries(EXAMPLES))('docs/examples/%s', (name, { port, hosts }) => {
  it('holds Ingress or TLSRoute, Service and EndpointSlice', () => {
    const kinds = readdirSync(join(FOLDER, name)).flatMap((file) =>
      [...readFileSync(join(FOLDER, name, file), 'utf8').matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind),
    );
    const source = name === 'gateway' ? ['TLSRoute', 'Gateway', 'GatewayClass'] : ['Ingress', 'IngressClass'];
    expect(new Set(kinds)).toEqual(new Set([...source, 'Service', 'EndpointSlice']));
  });

  it('runs in nspass local: nothing is found, and TLS reaches each host’s own back end', async () => {
    const listening = new Map<string, LocalEndpoint>();
    const findings: unknown[] = [];
    const outcomes: string[] = [];
    stack = await startLocalStack({
      folder: join(FOLDER, name),
      onFrontend: ({ address, port: at, listen }) => {
        if (listen !== undefined) listening.set(hostPort(address, at), listen);
      },
      onOutcome: ({ detailType, data }) => {
        if (!('findings' in data)) return;
        outcomes.push(detailType);
        findings.push(...data.findings);
      },
      onProblem: (problem) => findings.push(problem),
      onFinding: (_, found) => findings.push(found),
      onSkipped: (passed) => findings.push(passed),
      onClassAssumed: (className) => findings.push(className),
    });
    await stack.ready;
    expect(findings).toEqual([]);
    expect(outcomes).toContain(name === 'gateway' ? 'TLSRoute Programmed' : 'Ingress Programmed');
    const place = listening.get(`192.0.2.10:${port}`) as LocalEndpoint;
    for (const [host, addresses] of Object.entries(hosts)) {
      const seen = await probeTls(place, host);
      expect(seen).toMatchObject({ kind: 'certificate' });
      // Services that share pods share back ends here: the address is what tells them apart.
      expect(addresses).toContain(
        seen.kind === 'certificate' ? /(?: at |^pod )(\S+)/.exec(seen.commonName)?.[1] : seen.kind,
      );
    }
    expect(await probeTls(place, 'unknown.example.org')).toEqual({ kind: 'reset' });
    const plain = listening.get('192.0.2.10:80');
    const first = Object.keys(hosts)[0] as string;
    if (plain !== undefined) expect((await probeHttp(plain, first, '/x')).location).toBe(`https://${first}/x`);
  });
});
