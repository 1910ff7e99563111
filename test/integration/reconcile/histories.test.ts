import { afterEach, describe, expect, it } from 'vitest';
import { EVERYTHING, type IngressState, ownerKey, PREFIXES, type ReceivedEvent } from '../../../lib/contract/index.ts';
import { backendId } from '../../../lib/netscaler/index.ts';
import { breaking } from '../../support/breaking.ts';
import { hostsOf, startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { CLUSTER, changed, snapshot, state, withdrawn } from '../../support/events.ts';

/**
 * The histories of docs/protocol.md that broke earlier drafts, each on the real engine and the simulator. `v1`, `v2`
 * are versions of an Ingress, told apart by their Service.
 */

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function start(options?: WorldOptions): Promise<World> {
  world = await startWorld(options);
  return world;
}

const v = (name: string, service: string, more: Parameters<typeof state>[1] = {}): IngressState =>
  state(name, { service, ...more });

/** `host → Service` of everything that is routed. */
function routed(at: World, ...ingresses: IngressState[]): Record<string, string> {
  const services = new Map<string, string>(
    ingresses.flatMap(({ namespace, name, backends, annotations }) =>
      backends.map(({ service, port }) => {
        const place = `${annotations['ingress.citrix.com/frontend-ip']}_443`;
        const key = ownerKey({ cluster: CLUSTER, namespace, name });
        return [backendId(key, { service, port: String(port), frontendKey: place, settings: '' }), service] as const;
      }),
    ),
  );
  return Object.fromEntries([...hostsOf(at)].map(([host, id]) => [host, services.get(id) ?? `unknown ${id}`]));
}

async function deliver(at: World, ...batches: (ReceivedEvent | readonly ReceivedEvent[])[]): Promise<void> {
  for (const batch of batches) await at.deliver(...(Array.isArray(batch) ? batch : [batch as ReceivedEvent]));
}

/** Nothing of ours is left but the ledger. */
const nothing = (at: World): void => expect(at.config()).toEqual([]);

const everything = { flagged: true };
const [a1, a2] = [v('a', 'v1'), v('a', 'v2')];

describe('histories that broke earlier drafts', () => {
  it('C(a,v1)@10, C(a,v2)@20, S*@40[a=v1]; 10 → 40 → 20: not v2', async () => {
    const at = await start();
    await deliver(at, changed(10, a1), snapshot(40, [a1], everything), changed(20, a2));
    expect(routed(at, a1, a2)).toEqual({ 'a.example.com': 'v1' });
  });

  it('C(a)@10, a deleted while the forwarder is down, S@30[] flagged; 30 → 10: a does not live', async () => {
    const at = await start();
    await deliver(at, snapshot(30, [], everything), changed(10, a1));
    nothing(at);
  });

  it('C(v1)@10, C(v2)@20, flagged S@40[v1] that absorbed the change back; 10 → 40 → 20: not v2', async () => {
    const at = await start();
    await deliver(at, changed(10, a1), snapshot(40, [a1], everything), changed(20, a2));
    expect(routed(at, a1, a2)).toEqual({ 'a.example.com': 'v1' });
  });

  it('C@10, W@20, then unchanged snapshots: the tombstone goes', async () => {
    const at = await start();
    await deliver(at, changed(10, a1), withdrawn(20, 'a'));
    expect(ledger(at).filter((key) => key.startsWith('I.'))).toHaveLength(1);
    await deliver(at, snapshot(30, []));
    expect(ledger(at).filter((key) => key.startsWith('I.'))).toEqual([]);
    await deliver(at, changed(10, a1));
    nothing(at);
  });

  it('batch {W(a)@20, unflagged S@30[]}, then C(a)@10: a does not live', async () => {
    const at = await start();
    await deliver(at, [withdrawn(20, 'a'), snapshot(30, [])], changed(10, a1));
    nothing(at);
  });

  it('batch {S@20[a], S*@30[]}: a does not live', async () => {
    const at = await start();
    await deliver(at, [snapshot(20, [a1]), snapshot(30, [], everything)]);
    nothing(at);
    await deliver(at, snapshot(20, [a1]));
    nothing(at);
  });

  it('C(a, class p)@10, C(a, class q)@20, the appliance selects p; 20 → 10: a does not live', async () => {
    const at = await start({ settings: { filter: { ingressClasses: ['p'] } } });
    const [p, q] = [state('a', { class: 'p' }), state('a', { class: 'q' })];
    await deliver(at, changed(20, q), changed(10, p));
    nothing(at);
  });

  it('the same, 10 → 20', async () => {
    const at = await start({ settings: { filter: { ingressClasses: ['p'] } } });
    await deliver(at, changed(10, state('a', { class: 'p' })), changed(20, state('a', { class: 'q' })));
    nothing(at);
  });

  it('a snapshot that is refused records nothing; a confirmed one does (rule 11)', async () => {
    const at = await start({ settings: { prune: { percent: 50, minimum: 0 } } });
    const [d, e] = [state('d'), state('e')];
    await deliver(at, changed(10, a1), changed(12, d), changed(13, e));
    const { outcomes } = await at.deliver(snapshot(40, [e], everything));
    expect(outcomes.map(({ detailType }) => detailType)).toContain('Prune Refused');
    await deliver(at, withdrawn(20, 'a'));
    expect(Object.keys(routed(at, d, e))).toEqual(['d.example.com', 'e.example.com']);
    await deliver(at, snapshot(50, [e], { ...everything, confirmed: true }));
    expect(Object.keys(routed(at, e))).toEqual(['e.example.com']);
  });

  it('C(x)@10, C(no routes)@20; 20 → 10: x does not live', async () => {
    const at = await start();
    await deliver(at, changed(20, state('a', { hosts: [] })), changed(10, a1));
    nothing(at);
  });

  it('C(x,y;v1)@10, C(x,y;v2)@20, C(x;v2)@30, 20 again: y does not come back', async () => {
    const at = await start();
    const both = ['x.example.com', 'y.example.com'];
    const last = v('a', 'v2', { hosts: ['x.example.com'] });
    await deliver(
      at,
      changed(10, v('a', 'v1', { hosts: both })),
      changed(20, v('a', 'v2', { hosts: both })),
      changed(30, last),
      changed(20, v('a', 'v2', { hosts: both })),
    );
    expect(routed(at, last)).toEqual({ 'x.example.com': 'v2' });
  });

  it('v1@10, v2@20, v1@30; 10 → 30 → 20: not v2', async () => {
    const at = await start();
    await deliver(at, changed(10, a1), changed(30, a1), changed(20, a2));
    expect(routed(at, a1, a2)).toEqual({ 'a.example.com': 'v1' });
  });

  it('recreated between two events: the creation time decides the holder', async () => {
    const at = await start();
    const host = { hosts: ['h.example.com'] };
    const old = v('a', 'a', { ...host, created: 10 });
    const recreated = v('a', 'a', { ...host, created: 20 });
    const other = v('b', 'b', { ...host, created: 15 });
    await deliver(at, changed(10, old), changed(12, other));
    expect(routed(at, old, other)).toEqual({ 'h.example.com': 'a' });
    await deliver(at, changed(20, recreated));
    expect(routed(at, old, other)).toEqual({ 'h.example.com': 'b' });
  });

  it('C(b)@10, S*(−∞,∞]@30[], S*(−∞,k]@50, then 10: b does not come back', async () => {
    const at = await start();
    const b = state('b');
    const middle = PREFIXES[512] as string;
    await deliver(
      at,
      snapshot(30, [], everything),
      snapshot(50, [], { ...everything, from: EVERYTHING.from, to: middle }),
      changed(10, b),
    );
    nothing(at);
  });

  it.each([
    ['{S*@40[b], S*@50[b]}', [40, 50]],
    ['{S*@50[b], S*@40[b]}', [50, 40]],
    ['{S*@50[b], S*@50[b]}', [50, 50]],
  ])(
    'C(a)@10, C(b)@11, S*@20[a,b], then %s in one batch and C(a)@30 late: a does not come back',
    async (_what, both) => {
      for (const before of [[snapshot(20, [a1, state('b')], everything)], []]) {
        const at = await start();
        await deliver(at, changed(10, a1), changed(11, state('b')), ...before);
        await deliver(
          at,
          both.map((sequence) => snapshot(sequence, [state('b')], everything)),
          changed(30, a1),
          changed(45, a1),
        );
        expect(Object.keys(routed(at, a1, state('b')))).toEqual(['b.example.com']);
        expect(ledger(at).filter((key) => key.startsWith('W.'))).toEqual(['W.22-zz']);
        await at.stop();
      }
    },
  );

  it.each(['forward', 'backward'])('C@10, S*@20[rejected]: one end (%s)', async (order) => {
    const at = await start();
    const rejected = state('a', { hosts: ['not a host'] });
    const events = [changed(10, a1), snapshot(20, [rejected], everything)];
    await deliver(at, ...(order === 'forward' ? events : events.reverse()));
    nothing(at);
  });
});

/** Keys of the rows of the cluster's ledger. */
function ledger(at: World): string[] {
  return at
    .config({ ledger: true })
    .flatMap((line) => /^bind policy stringmap nsp_l_\S+ "?([A-Z][^\s"]*)/.exec(line)?.[1] ?? []);
}

interface CrashCase {
  readonly what: string;
  readonly before: readonly ReceivedEvent[];
  readonly crashed: ReceivedEvent;
  /** Delivered after the crash, before `crashed` comes again. */
  readonly between?: ReceivedEvent;
  readonly again?: boolean;
}

const x = v('a', 'v1', { hosts: ['x.example.com'] });
const y = v('a', 'v1', { hosts: ['y.example.com'] });

const crashes: readonly CrashCase[] = [
  { what: 'C@10† retried', before: [], crashed: changed(10, a1), again: true },
  { what: 'C(v1)@10, C(v2)@20† retried', before: [changed(10, a1)], crashed: changed(20, a2), again: true },
  {
    what: 'C(y)@20† → C(x)@10, then 20 again',
    before: [],
    crashed: changed(20, y),
    between: changed(10, x),
    again: true,
  },
  {
    what: 'C(x)@10, C(no routes)@20† retried',
    before: [changed(10, x)],
    crashed: changed(20, state('a', { hosts: [] })),
    again: true,
  },
  { what: 'C(x)@10, W@20† retried', before: [changed(10, x)], crashed: withdrawn(20, 'a'), again: true },
  {
    what: 'C(x)@10, C(y)@20† → C(x)@30',
    before: [changed(10, x)],
    crashed: changed(20, y),
    between: changed(30, x),
  },
  {
    what: 'moved to another VIP@20† retried',
    before: [changed(10, x)],
    crashed: changed(20, v('a', 'v1', { hosts: ['x.example.com'], vip: '192.0.2.11' })),
    again: true,
  },
  {
    what: 'moved twice, both interrupted',
    before: [changed(10, x)],
    crashed: changed(20, v('a', 'v1', { hosts: ['x.example.com'], vip: '192.0.2.11' })),
    between: changed(30, v('a', 'v1', { hosts: ['x.example.com'], vip: '192.0.2.12' })),
  },
];

describe('a crash between any two writes is found and finished (rule 7)', () => {
  describe.each(crashes)('$what', ({ before, crashed, between, again }) => {
    const last = [...before, crashed, ...(between === undefined ? [] : [between])].sort(
      (one, two) => sequenceOf(one) - sequenceOf(two),
    );

    it.each([false, true])('the write was done: %s', async (done) => {
      const clean = await startWorld();
      const broken = breaking();
      try {
        for (const event of before) await clean.deliver(event);
        clean.requests();
        await clean.deliver(crashed);
        const { writes } = clean.requests();
        await clean.deliver(last.at(-1) as ReceivedEvent);
        const expected = clean.config();
        for (let at = 1; at <= writes; at++) {
          const subject = await startWorld({ between: broken.between });
          try {
            for (const event of before) await subject.deliver(event);
            broken.arm(at, done);
            await expect(subject.deliver(crashed)).rejects.toThrow('broken on purpose');
            if (between !== undefined) await subject.deliver(between);
            if (again === true) await subject.deliver(crashed);
            expect(withoutPriorities(subject.config()), `crash at write ${at}`).toEqual(withoutPriorities(expected));
          } finally {
            await subject.stop();
          }
        }
      } finally {
        await clean.stop();
      }
    });
  });
});

const sequenceOf = (event: ReceivedEvent): number => ('sequence' in event.data ? event.data.sequence : 0);

/** Priorities depend on the order of arrival, and mean nothing but their order within a tier. */
function withoutPriorities(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ -priority \d+/, '')).sort();
}
