import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../../lib/contract/index.ts';
import { createForwarder } from '../../../../lib/forwarder/forwarder.ts';
import { createApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { KubernetesSource } from '../../../../lib/forwarder/kubernetes/cluster-source.ts';
import { ALL_KINDS, WATCHED } from '../../../../lib/forwarder/kubernetes/kinds.ts';
import { MemorySequences } from '../../../../lib/forwarder/publish/sequence.ts';
import { CollectingBus } from '../../../support/collecting-publisher.ts';
import { eventually } from '../../../support/eventually.ts';
import { FakeApiServer, refuse } from '../../../support/fake-apiserver.ts';
import { runs } from '../../../support/patience.ts';
import { FastClock, plainAccess } from './support.ts';

const { Ingress, Service, EndpointSlice } = WATCHED;
const meta = (name: string) => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  creationTimestamp: '2026-01-01T00:00:00Z',
});

/** A cluster of a few shops, each of an Ingress, a Service and a slice of its name. */
class Shops {
  readonly #server: FakeApiServer;

  constructor(server: FakeApiServer) {
    this.#server = server;
  }

  ingress(name: string, selected: boolean): void {
    this.#server.put(Ingress.path, {
      metadata: { ...meta(name), annotations: { 'ingress.citrix.com/ssl-passthrough': String(selected) } },
      spec: {
        tls: [{}],
        rules: [
          {
            host: `${name}.test`,
            http: { paths: [{ path: '/', backend: { service: { name, port: { number: 443 } } } }] },
          },
        ],
      },
    });
  }

  service(name: string, port: number): void {
    const ports = [{ port, targetPort: 8443, protocol: 'TCP' }];
    this.#server.put(Service.path, { metadata: meta(name), spec: { type: 'ClusterIP', ports } });
  }

  slice(name: string, address: string): void {
    this.#server.put(EndpointSlice.path, {
      metadata: { ...meta(name), labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ port: 8443, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    });
  }

  /** Everything that should be published, by name: the addresses of its members. */
  expected(): Record<string, string[]> {
    const selected = this.#server
      .all(Ingress.path)
      .filter(({ metadata }) => metadata.annotations?.['ingress.citrix.com/ssl-passthrough'] === 'true');
    return Object.fromEntries(
      selected.map(({ metadata: { name } }) => {
        const service = this.#server.get(Service.path, name, 'shop') as
          | { spec?: { ports: { port: number }[] } }
          | undefined;
        const slice = this.#server.get(EndpointSlice.path, name, 'shop') as
          | { endpoints?: { addresses: string[] }[] }
          | undefined;
        const reached = service?.spec?.ports[0]?.port === 443;
        return [name, reached ? (slice?.endpoints ?? []).flatMap(({ addresses }) => addresses) : []];
      }),
    );
  }
}

const addresses = ({ backends }: IngressState): string[] =>
  backends.flatMap(({ members }) => members.map(({ address }) => address));

const name = fc.constantFrom('a', 'b', 'c', 'd');
const path = fc.constantFrom(...ALL_KINDS.map((kind) => WATCHED[kind].path));
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ingress' as const), name, selected: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('service' as const), name, port: fc.constantFrom(443, 444) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('slice' as const), name, last: fc.integer({ min: 1, max: 250 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      name,
      path: fc.constantFrom(Ingress.path, Service.path, EndpointSlice.path),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      path,
      code: fc.constantFrom(401, 403, 404, 410, 429, 500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'allow' as const,
        'cut' as const,
        'compact' as const,
        'end' as const,
        'mute' as const,
        'garbage' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('bus down' as const, 'bus up' as const, 'snapshot' as const) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30 }) }) },
);

describe('whatever happens in between', () => {
  it('what is published ends as the cluster is, and nothing was ever taken for gone that was there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
        const server = await FakeApiServer.start();
        const shops = new Shops(server);
        // One that nobody touches: it must be in whatever is said.
        shops.ingress('pinned', true);
        shops.service('pinned', 443);
        shops.slice('pinned', '10.9.9.9');
        const clock = new FastClock(100);
        const api = createApi({ access: plainAccess(server.url) });
        const settings = { idleMs: 2_000, retryBaseMs: 50, retryMaxMs: 500, unreadableMs: 1_000, pageSize: 2 };
        const source = new KubernetesSource({ api, settings, clock });
        const bus = new CollectingBus();
        const forwarder = createForwarder({
          cluster: 'c1',
          clusterUid: 'u',
          source,
          publisher: bus.publisher('f'),
          reporter: { status() {}, event() {} },
          sequences: new MemorySequences(),
          settings: { windowMs: 100, maxDelayMs: 500, retryBaseMs: 100, retryMaxMs: 500, stopTimeoutMs: 100 },
          clock: { ...clock, now: Date.now, after: clock.after },
        });
        let faults: (() => void)[] = [];
        const heal = (): void => {
          for (const back of faults) back();
          faults = [];
          server.mute = false;
          bus.down = false;
        };
        try {
          await forwarder.start();
          for (const each of operations) {
            if (each.do === 'ingress') shops.ingress(each.name, each.selected);
            if (each.do === 'service') shops.service(each.name, each.port);
            if (each.do === 'slice') shops.slice(each.name, `10.0.0.${each.last}`);
            if (each.do === 'delete') server.delete(each.path, each.name, 'shop');
            if (each.do === 'refuse') {
              const fault = (request: { path: string }, response: Parameters<typeof refuse>[0]): boolean =>
                request.path === each.path && refuse(response, each.code, 'Refused', 'by the test');
              faults.push(server.fault(fault));
            }
            if (each.do === 'allow') heal();
            if (each.do === 'cut') server.cut();
            if (each.do === 'compact') server.compact();
            if (each.do === 'end') server.endWatches();
            if (each.do === 'mute') server.mute = true;
            if (each.do === 'garbage') server.say(Ingress.path, '{"type":');
            if (each.do === 'bus down') bus.down = true;
            if (each.do === 'bus up') bus.down = false;
            if (each.do === 'snapshot') forwarder.snapshot('test');
            if (each.do === 'wait') await new Promise((resolve) => setTimeout(resolve, each.ms));
          }
          heal();
          const published = (): Record<string, string[]> =>
            Object.fromEntries([...bus.states()].map(([key, state]) => [key.replace('shop/', ''), addresses(state)]));
          const same = (): boolean => {
            const now = JSON.stringify(Object.entries(published()).sort());
            return now === JSON.stringify(Object.entries(shops.expected()).sort());
          };
          const ends = (what: string): Promise<unknown> =>
            eventually(same, what).catch((error: Error) => {
              throw new Error(`${error.message}: ${JSON.stringify([published(), shops.expected(), source.health()])}`);
            });
          await ends('published as the cluster is');
          const before = bus.events.length;
          forwarder.snapshot('last');
          await eventually(() => bus.events.length > before, 'a last snapshot');
          // What came and went before anything was said may still be on its way here, and be taken back behind this.
          await ends('published as the cluster is, behind a last snapshot');
          for (const { event } of bus.events) {
            const { data, subject } = event.detail;
            expect([event.detailType, subject]).not.toEqual(['Ingress Withdrawn', 'shop/pinned']);
            const said =
              'listed' in data && 'ingresses' in data ? data.ingresses : 'ingress' in data ? [data.ingress] : [];
            const pinned = said.find((state) => state.name === 'pinned');
            if (event.detailType === 'Cluster Snapshot') expect(pinned).toBeDefined();
            if (pinned !== undefined) expect(addresses(pinned)).toEqual(['10.9.9.9']);
          }
        } finally {
          await forwarder.stop();
          await source.close();
          api.close();
          await server.stop();
        }
      }),
      { numRuns: runs(25), endOnFailure: true },
    );
  });
});
