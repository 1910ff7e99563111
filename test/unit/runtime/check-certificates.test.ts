import { createServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../lib/nitro/self-signed.ts';
import { checkCertificates } from '../../../lib/runtime/check-certificates.ts';
import { memoryMetrics } from '../../../lib/telemetry/index.ts';

const NOW = Date.parse('2030-06-01T00:00:00Z');

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A back end whose certificate is valid for so many days more. */
async function backend(days: number): Promise<number> {
  const pair = await selfSigned({ commonName: 'shop', algorithm: 'ecdsa', days, now: NOW });
  const server = createServer(pair, (socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

const host = (name: string, port: number) => ({
  host: `${name}.example.com`,
  frontend: { kind: 'tls' as const, vip: '192.0.2.10', port },
  owner: { cluster: 'east', namespace: 'shop', name },
  backend: 'web:443',
  object: `nsp-${name}`,
});

const look = async (hosts: ReturnType<typeof host>[], random = (): number => 0) => {
  const metrics = memoryMetrics();
  const placeOf = ({ port }: { port: number }) => ({ host: '127.0.0.1', port });
  const { findings, events } = await checkCertificates('edge', hosts, { metrics, now: () => NOW, random, placeOf });
  return { findings, events, metrics };
};

describe('certificates of back ends', () => {
  it('are found 30, 14 and 3 days before they expire, and afterwards', async () => {
    const days = [40, 29, 13, 2, -0.5];
    const hosts = await Promise.all(days.map(async (left, index) => host(`h${index}`, await backend(left))));
    const { findings, metrics } = await look(hosts);
    expect(findings.map(({ code, owners, is }) => [code, owners[0]?.name, is])).toEqual([
      ['CertificateExpires', 'h1', expect.stringContaining('expires on 2030-06-30, within 30 days')],
      ['CertificateExpires', 'h2', expect.stringContaining('within 14 days')],
      ['CertificateExpires', 'h3', expect.stringContaining('within 3 days')],
      ['CertificateExpires', 'h4', expect.stringContaining('expired on 2030-05-31')],
    ]);
    expect(metrics.sum('CertificatesExpiring', { reason: 'within-14-days' })).toBe(1);
    expect(metrics.sum('CertificatesExpiring', { reason: 'expired' })).toBe(1);
    expect(metrics.sum('CertificateExpiry', { appliance: 'edge' })).toBe(0);
    expect(metrics.sum('CertificatesUnseen')).toBe(0);
  });

  it('are told to the cluster, in one event for each Ingress', async () => {
    const [soon, late] = [await backend(10), await backend(100)];
    const a = host('a', soon);
    const { events } = await look([a, { ...a, host: '*.a.example.com' }, host('b', soon), host('c', late)]);
    expect(events.map(({ detailType, detail }) => [detailType, detail.subject])).toEqual([
      ['Certificates Expiring', 'shop/a'],
      ['Certificates Expiring', 'shop/b'],
    ]);
    expect(events[0]?.detail.data).toMatchObject({
      cluster: 'east',
      appliance: 'edge',
      kind: 'Ingress',
      certificates: [{ host: 'a.example.com', notAfter: NOW + 10 * 86_400_000 }, { host: '*.a.example.com' }],
    });
  });

  it('that are valid for long are no finding, and the first expiry is a figure', async () => {
    const hosts = [host('a', await backend(100)), host('b', await backend(60)), host('gone', 1)];
    const { findings, metrics } = await look(hosts);
    expect(findings).toEqual([]);
    expect(metrics.sum('CertificateExpiry')).toBe(60 * 86_400);
    expect(metrics.sum('CertificatesUnseen')).toBe(1);
    expect(metrics.samples.filter(({ name }) => name === 'CertificatesExpiring')).toMatchObject([{ value: 0 }]);
  });

  it('of many hosts are looked at part by part, and no part is left out', async () => {
    const port = await backend(20);
    const hosts = Array.from({ length: 900 }, (_, index) => host(`h${index}`, port));
    const parts = await Promise.all([0, 0.34, 0.67].map(async (random) => (await look(hosts, () => random)).findings));
    expect(parts.every((part) => part.length > 200 && part.length < 400)).toBe(true);
    expect(new Set(parts.flat().map(({ object }) => object)).size).toBe(900);
  });
});
