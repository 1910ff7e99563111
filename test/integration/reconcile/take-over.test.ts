import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { findingKind } from '../../../lib/audit/index.ts';
import { EVERYTHING, PREFIXES, type ReceivedEvent } from '../../../lib/contract/index.ts';
import { type BatchReport, reconcile } from '../../../lib/reconcile/index.ts';
import { STARTED, startAudited } from '../../support/audit.ts';
import { breaking } from '../../support/breaking.ts';
import { askNobody, hostsOf, startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn } from '../../support/events.ts';
import { type Asked, faulty } from '../../support/faulty.ts';
import { deliveries, history } from '../../support/history.ts';
import { runs } from '../../support/patience.ts';

/**
 * Rule 15: a cluster that was rebuilt under its old name, `new`, is refused until an operator accepts it; then the one
 * from before, `old`, is.
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

const OLD = { uid: 'old' };
const NEW = { uid: 'new' };
const TAKES_OVER = { ...NEW, flagged: true, takesOver: true };
const [a, b, c] = [state('a'), state('b'), state('c')];

const kinds = ({ outcomes }: BatchReport): string[] => outcomes.map(({ detailType }) => detailType);
const hosts = (at: World): string[] => [...hostsOf(at).keys()].sort();
/** Value of the row `U`. */
const identity = (at: World): string | undefined =>
  at
    .config({ ledger: true })
    .flatMap((line) => /^bind policy stringmap nsp_l_\S+ "?U"? "?([^"\s]+)/.exec(line)?.[1] ?? [])[0];
/** Everything of ours as a set, without priorities: these depend on the order of arrival. */
const everything = (at: World): string[] =>
  at
    .config({ ledger: true })
    .map((line) => line.replace(/ -priority \d+/, ''))
    .sort();

async function deliver(at: World, ...events: readonly ReceivedEvent[]): Promise<void> {
  for (const event of events) await at.deliver(event);
}
const replayed = (events: readonly ReceivedEvent[]): ReceivedEvent[] =>
  events.map((event) => ({ ...event, replay: 'r' }));

/** Both epochs, and what the new cluster said before it was accepted. */
const BOTH: readonly ReceivedEvent[] = [
  changed(10, a, OLD),
  changed(20, b, OLD),
  snapshot(30, [a, b], { ...OLD, flagged: true }),
  snapshot(40, [b, c], { ...NEW, flagged: true }),
  changed(50, c, NEW),
  snapshot(60, [b, c], { ...TAKES_OVER, to: PREFIXES[511] as string }),
  snapshot(61, [b, c], { ...TAKES_OVER, from: PREFIXES[512] as string }),
  changed(70, a, OLD),
  changed(80, state('c', { service: 'other' }), NEW),
];

describe('rule 15: a cluster rebuilt under its old name', () => {
  it('is refused, then accepted; from then on the former one is refused', async () => {
    const at = await start();
    await deliver(at, changed(10, a, OLD), changed(20, b, OLD));
    const before = everything(at);

    expect(kinds(await at.deliver(changed(30, c, NEW), snapshot(31, [], NEW)))).toEqual([
      'Ingress Failed',
      'Prune Refused',
    ]);
    expect(everything(at)).toEqual(before);
    expect(identity(at)).toBe('old');

    const report = await at.deliver(snapshot(40, [b, c], TAKES_OVER));
    expect(kinds(report).sort()).toEqual(['Ingress Programmed', 'Ingress Removed', 'Snapshot Applied']);
    expect(identity(at)).toBe('new;40');
    expect(hosts(at)).toEqual(['b.example.com', 'c.example.com']);

    const after = everything(at);
    const { outcomes } = await at.deliver(changed(50, a, OLD), snapshot(51, [a], { ...OLD, flagged: true }));
    expect(outcomes).toMatchObject([
      { detailType: 'Ingress Failed', data: { name: 'a', reason: expect.stringContaining('its UID is old') } },
      { detailType: 'Prune Refused', data: { reason: expect.stringContaining('the recorded one is new') } },
    ]);
    expect(everything(at)).toEqual(after);
    await deliver(at, withdrawn(60, 'b', NEW));
    expect(hosts(at)).toEqual(['c.example.com']);
  });

  it('LIF-7: leaves nothing that the audit would ask for', async () => {
    const at = await startAudited(['test']);
    world = at;
    await deliver(at, changed(STARTED + 10, a, OLD), snapshot(STARTED + 40, [b, c], TAKES_OVER));
    const { findings } = await at.look();
    expect(findings.filter((finding) => findingKind(finding) !== 'due')).toEqual([]);
  });

  it('may be taken over from in turn', async () => {
    const at = await start();
    await deliver(at, changed(10, a, OLD), snapshot(20, [b], TAKES_OVER), snapshot(30, [a], { ...TAKES_OVER, ...OLD }));
    expect(identity(at)).toBe('old;30');
    expect(hosts(at)).toEqual(['a.example.com']);
  });

  it('counts for its whole batch, whatever stands before it', async () => {
    const at = await start();
    await deliver(at, changed(10, a, OLD));
    const report = await at.deliver(changed(38, c, NEW), changed(39, b, OLD), snapshot(40, [a, c], TAKES_OVER));
    expect(report.outcomes).toContainEqual(
      expect.objectContaining({ detailType: 'Ingress Failed', data: expect.objectContaining({ name: 'b' }) }),
    );
    expect(hosts(at)).toEqual(['a.example.com', 'c.example.com']);
  });

  it('is accepted although nothing else is to be written: one write', async () => {
    const at = await start();
    await deliver(at, changed(10, a, OLD), snapshot(90, [a], { ...OLD, flagged: true }));
    at.requests();
    // Its clock lies behind: it is too late for every key, and told so.
    expect(kinds(await at.deliver(snapshot(40, [], TAKES_OVER)))).toEqual(['Ingress Stale']);
    expect(identity(at)).toBe('new;40');
    expect(at.requests().writes).toBe(1);
    await deliver(at, snapshot(91, [a], { ...NEW, flagged: true }));
    expect(at.config({ ledger: true }).some((line) => line.includes('W.22-zz') && line.includes('1;91'))).toBe(true);
  });

  it('is accepted on an empty appliance, too', async () => {
    const at = await start();
    await deliver(at, snapshot(40, [], TAKES_OVER));
    expect(identity(at)).toBe('new;40');
  });

  it('on observe nothing is written', async () => {
    const at = await start({ settings: { policy: 'observe' } });
    const { changes } = await at.deliver(snapshot(40, [a], TAKES_OVER));
    expect(changes.length).toBeGreaterThan(10);
    expect(at.requests().writes).toBe(0);
  });
});

describe('rule 15: what is brought again', () => {
  it('the acceptance: no write', async () => {
    const at = await start();
    await deliver(at, changed(10, a, OLD), snapshot(40, [b], TAKES_OVER));
    const before = everything(at);
    at.requests();
    await deliver(at, snapshot(40, [b], TAKES_OVER), ...replayed([snapshot(40, [b], TAKES_OVER)]));
    expect(at.requests().writes).toBe(0);
    expect(everything(at)).toEqual(before);
  });

  it('an older acceptance changes nothing: told where it is new, silent where a replay brings it', async () => {
    const at = await start();
    const older = snapshot(40, [b], TAKES_OVER);
    await deliver(at, changed(10, a, OLD), older, snapshot(50, [c], { ...TAKES_OVER, uid: 'third' }));
    const before = everything(at);
    at.requests();
    expect((await at.deliver(...replayed([older, changed(10, a, OLD)]))).outcomes).toEqual([]);
    expect((await at.deliver(older)).outcomes).toMatchObject([
      { detailType: 'Prune Refused', data: { reason: expect.stringContaining('accepted later, as of 50') } },
    ]);
    expect(at.requests().writes).toBe(0);
    expect(everything(at)).toEqual(before);
    expect(identity(at)).toBe('third;50');
  });

  it('events of a stranger that are later than the acceptance are told of, also in a replay', async () => {
    const at = await start();
    await deliver(at, snapshot(40, [b], TAKES_OVER));
    expect(kinds(await at.deliver(...replayed([changed(50, a, OLD)])))).toEqual(['Ingress Failed']);
  });

  it('both epochs, onto an empty appliance: the same configuration, and the same row', async () => {
    const at = await start();
    await deliver(at, ...BOTH);
    expect(identity(at)).toBe('new;61');
    const end = everything(at);
    await at.appliance.restore('');
    expect(everything(at)).toEqual([]);
    await deliver(at, ...replayed(BOTH));
    expect(everything(at)).toEqual(end);
    // As one batch.
    await at.appliance.restore('');
    await at.deliver(...replayed(BOTH));
    expect(identity(at)).toBe('new;61');
    expect(hosts(at)).toEqual(['b.example.com', 'c.example.com']);
  });

  it.each(BOTH.map((_, index) => index))('both epochs, onto what was saved after %i of its events', async (saved) => {
    const at = await start();
    await deliver(at, ...BOTH.slice(0, saved));
    const save = at.appliance.runningConfig();
    await deliver(at, ...BOTH.slice(saved));
    const end = everything(at);
    await at.appliance.restore(save);
    await deliver(at, ...replayed(BOTH));
    expect(everything(at)).toEqual(end);
  });

  it('a window of both epochs: the row is the same as soon as the last range of the acceptance is in it', async () => {
    for (let from = 0; from <= 6; from += 1) {
      const at = await startWorld();
      try {
        await deliver(at, ...replayed(BOTH.slice(from)));
        expect(identity(at), `from ${from}`).toBe('new;61');
      } finally {
        await at.stop();
      }
    }
  });

  it('both epochs in any order, any batches, after a crash at any write: the new cluster’s last word', async () => {
    const renamed = (events: readonly ReceivedEvent[], uid: string, shift: number): ReceivedEvent[] =>
      events.map((event) => {
        const data = { ...event.data } as { sequence: number; clusterUid: string };
        data.sequence += shift;
        data.clusterUid = uid;
        return { ...event, data } as ReceivedEvent;
      });
    const told = fc
      .tuple(history(['test']), history(['test']))
      .map(([one, two]) => ({
        events: [
          ...renamed([...one.events, ...one.last], 'old', 0),
          snapshot(5_000, [], TAKES_OVER),
          ...renamed(two.events, 'new', 10_000),
        ],
        last: renamed(two.last, 'new', 10_000),
      }))
      .chain(({ events, last }) => deliveries(events).map((batches) => ({ batches, last })));
    const crash = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean());
    const config = (at: World): string[] => at.config().map((line) => line.replace(/ -priority \d+/, ''));
    await fc.assert(
      fc.asyncProperty(told, crash, async ({ batches, last }, point) => {
        const once = await startWorld();
        const broken = breaking();
        const at = await startWorld({ between: broken.between });
        try {
          await once.deliver(...last);
          for (const batch of [...batches, last]) {
            broken.arm(...point);
            await at.deliver(...batch).catch(() => at.deliver(...batch));
            broken.disarm();
          }
          expect(config(at).sort()).toEqual(config(once).sort());
          expect(identity(at)).toBe('new;5000');
        } finally {
          await Promise.all([once.stop(), at.stop()]);
        }
      }),
      { numRuns: runs(25) },
    );
  });
});

describe('rule 15: the order of writes', () => {
  it('the row that says who counts is the first thing of all', async () => {
    const at = await start();
    await deliver(at, changed(10, a, OLD));
    const asked: Asked[] = [];
    const writer = faulty(at.engine.writer, (item) => asked.push(item) < 0);
    await reconcile({ ...at.engine, writer }, [snapshot(40, [b, c], TAKES_OVER)], askNobody);
    expect(asked[0]).toMatchObject({ op: 'add', body: { key: 'U', value: 'new;40' } });
    expect(asked.filter(({ body }) => body.key === 'U')).toHaveLength(1);
  });

  it('nothing of the cluster is there before the row says that it counts', async () => {
    const broken = breaking();
    const accepting = snapshot(40, [b, c], TAKES_OVER);
    for (let write = 1, done = false; !done; write += 1) {
      const at = await startWorld({ between: broken.between });
      try {
        await deliver(at, changed(10, a, OLD));
        broken.arm(write, false);
        done = await at.deliver(accepting).then(
          () => true,
          () => false,
        );
        broken.disarm();
        const ours = at.config({ ledger: true }).some((line) => /;40;|default-[bc]-/.test(line));
        if (identity(at) === 'old') expect(ours, `write ${write}`).toBe(false);
        // Brought again, it ends all the same; the former one is refused whatever was done.
        await deliver(at, accepting, changed(50, a, OLD));
        expect(identity(at)).toBe('new;40');
        expect(hosts(at)).toEqual(['b.example.com', 'c.example.com']);
      } finally {
        await at.stop();
      }
    }
  });
});

describe('rule 15 and rule 11: the prune guard before a cluster that takes over', () => {
  const guarded = { settings: { prune: { percent: 50, minimum: 0 } } };

  it('the take-over stands, and what goes waits for an operator’s word', async () => {
    const at = await start(guarded);
    await deliver(at, changed(10, a, OLD), changed(11, b, OLD), changed(12, c, OLD));
    const { outcomes } = await at.deliver(snapshot(40, [a], TAKES_OVER));
    expect(outcomes).toMatchObject([
      {
        detailType: 'Prune Refused',
        data: {
          routes: 3,
          removes: 2,
          reason: expect.stringContaining('The takeover by this cluster is recorded all the same'),
        },
      },
    ]);
    expect(identity(at)).toBe('new;40');
    expect(hosts(at)).toEqual(['a.example.com', 'b.example.com', 'c.example.com']);
    // The former one is silenced already; the new one works, and its next snapshots are as those of any cluster.
    expect(kinds(await at.deliver(changed(41, a, OLD)))).toEqual(['Ingress Failed']);
    expect(kinds(await at.deliver(changed(42, state('d'), NEW)))).toEqual(['Ingress Programmed']);
    expect(kinds(await at.deliver(snapshot(50, [state('d')], { ...NEW, flagged: true })))).toEqual(['Prune Refused']);
    await deliver(at, snapshot(60, [state('d')], { ...NEW, flagged: true, confirmed: true }));
    expect(hosts(at)).toEqual(['d.example.com']);
  });

  it('both at once: it takes over, and the rest goes', async () => {
    const at = await start(guarded);
    await deliver(at, changed(10, a, OLD), changed(11, b, OLD), changed(12, c, OLD));
    const accepting = snapshot(40, [a], { ...TAKES_OVER, ...EVERYTHING, confirmed: true });
    expect(kinds(await at.deliver(accepting))).toContain('Snapshot Applied');
    expect(hosts(at)).toEqual(['a.example.com']);
  });
});
