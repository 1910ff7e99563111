import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convertCommand } from '../../../lib/cli/convert.ts';
import { service } from '../../../lib/cli/demo/manifests.ts';
import { probeTls, type TlsResult } from '../../../lib/cli/demo/probe.ts';
import { type LocalStack, startLocalStack } from '../../../lib/cli/local/stack.ts';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';

const VIP = '192.0.2.10';
const EXACT = 'shop.example.com';
const BELOW = 'a.tenants.example.com';

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: default
  creationTimestamp: 2025-01-01T00:00:00Z
  annotations:
    ingress.citrix.com/ssl-passthrough: "true"
    ingress.citrix.com/frontend-ip: ${VIP}
spec:
  ingressClassName: citrix
  tls: [{}]
  rules:
  - host: ${EXACT}
    http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 443 } } } }] }
  - host: "*.tenants.example.com"
    http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: tenants, port: { number: 443 } } } }] }
`;

/** Returns what `nspass convert` makes of the folder. */
async function converted(folder: string): Promise<string> {
  let text = '';
  const command = convertCommand({
    stdin: Readable.from([]),
    out: (part) => {
      text += part;
    },
    err() {},
    exit: (status) => expect(status).toBe(0),
  });
  await command.parseAsync([folder], { from: 'user' });
  return text;
}

/** From an Ingress to TLSRoutes: over the real forwarder, bus, queue and functions to the simulated appliance. */
describe('an Ingress and the TLSRoutes that nspass convert makes of it', () => {
  let folder: string;
  let stack: LocalStack;
  let outcomes: ReceivedEvent[];
  const sockets: TLSSocket[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nspass-migration-'));
    outcomes = [];
    await writeFile(join(folder, 'services.yaml'), service('web', ['10.244.0.11']));
    await writeFile(join(folder, 'tenants.yaml'), service('tenants', ['10.244.0.12']));
    await writeFile(join(folder, 'ingress.yaml'), INGRESS);
    stack = await startLocalStack({
      folder,
      windowMs: 20,
      // Open connections to a back end that is gone end by themselves.
      drainSeconds: 600,
      onOutcome: (event) => outcomes.push(event),
    });
    await stack.ready;
    await stack.settled();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const front = () => stack.appliance.frontends.get(`${VIP}:443`) as { host: string; port: number };
  const outcomesOf = (detailType: string) => outcomes.filter((event) => event.detailType === detailType);

  /** Asks for a host again and again, until the returned function is called; that returns every answer. */
  function asking(host: string): () => Promise<TlsResult[]> {
    const answers: TlsResult[] = [];
    let ended = false;
    const loop = (async () => {
      while (!ended) answers.push(await probeTls(front(), host));
    })();
    return async () => {
      ended = true;
      await loop;
      return answers;
    };
  }

  async function open(host: string): Promise<TLSSocket> {
    const socket = connect({ ...front(), servername: host, rejectUnauthorized: false });
    sockets.push(socket);
    await new Promise((resolve, reject) =>
      socket.once('secureConnect', () => resolve(undefined)).once('error', reject),
    );
    return socket;
  }

  it('hand over every host without one connection that is refused, reset or led elsewhere', async () => {
    const asked = { [EXACT]: asking(EXACT), [BELOW]: asking(BELOW) };
    const opened = await open(EXACT);

    await writeFile(join(folder, 'gateway.yaml'), await converted(folder));
    await expect.poll(() => outcomesOf('TLSRoute Rejected').length + outcomesOf('TLSRoute Programmed').length).toBe(2);
    await stack.settled();
    await rm(join(folder, 'ingress.yaml'));
    await expect.poll(() => outcomesOf('Ingress Removed').length).toBe(1);
    const programmed = () =>
      new Set(outcomesOf('TLSRoute Programmed').map(({ data }) => (data as { name: string }).name));
    await expect.poll(() => programmed().size).toBe(2);
    await stack.settled();

    // The wildcard of a Gateway covers more labels than that of an Ingress.
    expect((await probeTls(front(), 'a.b.tenants.example.com')).kind).toBe('certificate');
    const names = new Map<string, Set<string>>();
    for (const [host, end] of Object.entries(asked)) {
      const answers = await end();
      expect(answers.length).toBeGreaterThan(5);
      names.set(host, new Set(answers.map((each) => (each.kind === 'certificate' ? each.commonName : each.kind))));
    }
    expect([...names.values()].map(({ size }) => size)).toEqual([1, 1]);
    expect(names.get(EXACT)).not.toEqual(names.get(BELOW));
    expect([...names.values()].flatMap((each) => [...each])).not.toContain('reset');
    expect(opened.destroyed).toBe(false);
  });
});
