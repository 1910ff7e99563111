import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BusEvent,
  EventInvalid,
  type IngressState,
  isIngress,
  parseEnvelope,
  SOURCES,
  toEvent,
  toEvents,
} from '../../../lib/contract/index.ts';
import { type IngressOutcomeEvent, OutcomeReports } from '../../../lib/forwarder/feedback/outcomes.ts';
import { projectObject } from '../../../lib/forwarder/source/kubernetes-projection.ts';
import { desiredState } from '../../../lib/forwarder/state/desired-state.ts';
import { ClusterStore } from '../../../lib/forwarder/state/store.ts';
import type { K8sKind } from '../../../lib/ingress/index.ts';
import { commandsFor } from '../../../lib/preview/preview.ts';
import type { Outcome } from '../../../lib/reconcile/index.ts';
import { named } from '../../conformance/simulator/traffic.ts';
import { ingress } from '../../corpus/case.ts';
import { CLASSES } from '../../corpus/cluster.ts';
import { startWorld, type World } from '../../support/engine.ts';
import { changed, state, withdrawn, work } from '../../support/events.ts';
import { ask } from '../../support/hello.ts';
import { activeTexts, HOSTILE_MANIFESTS, HOSTILE_OBJECTS, PLAIN_BACKEND } from '../../support/hostile.ts';

const FOREIGN = `add server theirs 198.51.100.1
add lb vserver theirs HTTP 192.0.2.66 80
add serviceGroup theirs HTTP
bind lb vserver theirs theirs
bind serviceGroup theirs theirs 80
add policy stringmap theirs
bind policy stringmap theirs shop.example.com kept
`;

/** Another tenant of the same address. */
const NEIGHBOUR = state('kept', {
  namespace: 'neighbour',
  hosts: ['kept.example.com', '*.kept.example.com'],
  members: ['10.9.0.1'],
  created: 1,
});

interface Attack {
  readonly at: string;
  readonly state: IngressState;
  readonly publishable: boolean;
}

interface Raw {
  readonly kind: K8sKind;
  readonly metadata: { name: string; namespace: string; annotations?: Record<string, string> };
}

const raw = (object: object) => object as Raw;
const FRONTEND_IP = 'ingress.citrix.com/frontend-ip';

/** Reads objects as the forwarder does, and returns the state of the Ingress that it would publish. */
function attack(
  at: string,
  [name, vip]: [string, string],
  manifest: object,
  backend: readonly object[],
): Attack | undefined {
  const store = new ClusterStore();
  const given = raw(manifest);
  const own = given.metadata.name === 'shop' ? { ...given.metadata, name } : { ...given.metadata };
  if (own.annotations?.[FRONTEND_IP] === '192.0.2.10') own.annotations = { ...own.annotations, [FRONTEND_IP]: vip };
  for (const object of CLASSES) store.upsert(object);
  for (const object of [...backend.map(raw), { ...given, metadata: own }])
    store.upsert(projectObject(object.kind, object, () => undefined));
  const settings = { classNames: [], nodeAddressType: 'InternalIP', podAddressesForNodePort: false } as const;
  const desired = desiredState(store, `${own.namespace}/${own.name}`, settings);
  const { state } = desired;
  return state && isIngress(state) ? { at, state, publishable: desired.unpublishable === undefined } : undefined;
}

const attacks: readonly Attack[] = [
  ...HOSTILE_MANIFESTS.map(([what, where, manifest]) => ({
    at: `${what} in ${where}`,
    manifest,
    backend: PLAIN_BACKEND,
  })),
  ...HOSTILE_OBJECTS.map(([what, where, backend]) => ({ at: `${what} in ${where}`, manifest: ingress(), backend })),
].flatMap(
  ({ at, manifest, backend }, index) =>
    attack(at, [`t${index}`, `192.0.2.${10 + (index % 10)}`], manifest, backend) ?? [],
);

const published = attacks.filter(({ publishable }) => publishable);

/** The text of a queue’s message with an event. */
function messageOf({ source, detailType, detail }: BusEvent): string {
  return JSON.stringify({ id: detail.id, source, 'detail-type': detailType, time: detail.time, detail });
}

const eventOf = (ingress: IngressState, sequence: number) =>
  toEvent(
    SOURCES.forwarder,
    'Ingress Changed',
    { cluster: 'test', clusterUid: 'uid-1', sequence, ingress },
    { now: () => sequence },
  );

describe('what a tenant writes → the appliance', () => {
  const requests: string[] = [];
  const headers: unknown[] = [];
  const outcomes: Outcome[] = [];
  const commands: string[] = [];
  const configurations = new Set<string>();
  const answers: string[] = [];
  let world: World;
  let backend: Awaited<ReturnType<typeof named>>;
  let before: { ours: string[]; theirs: string[] };

  const linesOf = (): { ours: string[]; theirs: string[] } => {
    const lines = world.appliance.runningConfig().split('\n');
    // The appliance makes a server of each address that a member ever had: `nspass remove` says so, too.
    const lasting = lines.filter((line) => !/nsp_l_|^add server 10\./.test(line));
    return { ours: lasting.filter((line) => /nsp/.test(line)), theirs: lasting.filter((line) => !/nsp/.test(line)) };
  };

  beforeAll(async () => {
    backend = await named('kept');
    world = await startWorld({
      settings: { rules: { hostOwnership: [], ipsets: [] } },
      appliance: {
        config: FOREIGN,
        resolveMember: async ({ address }) => (address === '10.9.0.1' ? backend.endpoint : undefined),
        onRequest: ({ method, url, body }) => {
          requests.push(`${method} ${url} ${JSON.stringify(body)}`);
          return undefined;
        },
      },
      between: (transport) => (call) => {
        headers.push(call.headers);
        return transport(call);
      },
    });
    await world.deliver(changed(1, NEIGHBOUR));
    before = linesOf();
    for (let start = 0, sequence = 10; start < published.length; start += 10, sequence += 20) {
      const batch = published.slice(start, start + 10);
      const events = batch.map((each, index) => parseEnvelope(messageOf(eventOf(each.state, sequence + index))));
      commands.push(...(await commandsFor(world.engine, events)));
      outcomes.push(...(await world.deliver(...events)).outcomes);
      for (const line of world.config({ ledger: true })) configurations.add(line);
      for (const host of ['kept.example.com', 'a.kept.example.com'])
        answers.push(await ask(world.appliance.frontends.get('192.0.2.10:443')!, host));
      const gone = batch.map(({ state: { name, namespace } }) => withdrawn(sequence + 15, name, { namespace }));
      outcomes.push(...(await world.deliver(...gone)).outcomes);
    }
    await world.deliver(work('clean-up'));
  });
  afterAll(async () => {
    await world.stop();
    await backend.stop();
  });

  it('most texts reach the appliance’s engine, and many hosts are programmed in spite of them', () => {
    expect(published.length).toBeGreaterThan(400);
    expect(outcomes.filter(({ detailType }) => detailType === 'Ingress Programmed').length).toBeGreaterThan(200);
  });

  it('what no event can carry is refused at the edge of the contract, too, with a reason that can be shown', () => {
    const others = attacks.filter(({ publishable }) => !publishable);
    expect(others.length).toBeGreaterThan(20);
    for (const { at, state: bad } of others) {
      const refused = (): unknown => parseEnvelope(messageOf(eventOf(bad, 10)));
      expect(refused, at).toThrow(EventInvalid);
      try {
        refused();
      } catch (error) {
        expect(activeTexts((error as Error).message), at).toEqual([]);
      }
    }
  });

  it('requests: no active character in a URL, a header or a body', () => {
    expect(requests.length).toBeGreaterThan(500);
    expect(activeTexts(requests)).toEqual([]);
    expect(activeTexts(headers)).toEqual([]);
  });

  it('requests: the path of each has no segment that a tenant began', () => {
    for (const request of requests) {
      const url = new URL(request.split(' ')[1] ?? '', 'http://appliance');
      expect(url.pathname).toMatch(/^\/nitro\/v1\/(config|stat)\/[a-z_]+(\/[^/]+)?$/);
      expect(url.searchParams.getAll('action').join()).toMatch(/^(|GET|enable|disable|remove|save|unset)$/);
    }
  });

  it('running configuration: one line for each object of ours, without an active character', () => {
    expect(configurations.size).toBeGreaterThan(1_000);
    expect(activeTexts([...configurations])).toEqual([]);
    for (const line of configurations) expect(line).toMatch(/^(add|bind|set|link) [A-Za-z ]+ nsp/);
  });

  it('printed plan: one line for each command, of objects of this system alone', () => {
    expect(commands.length).toBeGreaterThan(1_000);
    expect(activeTexts(commands)).toEqual([]);
    for (const line of commands) expect(line).toMatch(/^(add|bind|unbind|set|unset|rm|enable|disable) [A-Za-z ]+ nsp/);
  });

  it('outcomes and Kubernetes Events: texts that can be shown, within the size of an Event', () => {
    const reports = new OutcomeReports();
    for (const { detailType, data } of outcomes) {
      expect(activeTexts(data)).toEqual([]);
      for (const event of toEvents(SOURCES.functions, detailType, data as never, { now: () => 0 })) {
        const received = parseEnvelope(messageOf(event)) as IngressOutcomeEvent;
        for (const { reason, message } of reports.take(received)?.events ?? []) {
          expect(activeTexts([reason, message])).toEqual([]);
          expect(message.length).toBeLessThanOrEqual(1_000);
          expect(reason).toMatch(/^[A-Za-z]+$/);
        }
      }
    }
  });

  it('LIF-5: objects of others are as they were; when the tenants go, so is everything', () => {
    expect(linesOf()).toEqual(before);
  });

  it('LIF-8: the hosts of another tenant answer as before, after every batch', () => {
    expect(new Set(answers)).toEqual(new Set(['kept']));
  });
});
