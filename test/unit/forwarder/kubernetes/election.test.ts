import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ELECTION } from '../../../../lib/forwarder/kubernetes/election-settings.ts';
import { fencedPublisher } from '../../../../lib/forwarder/kubernetes/fenced-publisher.ts';
import { RESERVED_ANNOTATION } from '../../../../lib/forwarder/kubernetes/lease.ts';
import { LeadershipLost } from '../../../../lib/forwarder/kubernetes/term.ts';
import { Sequencer } from '../../../../lib/forwarder/publish/sequence.ts';
import { ManualClock, settle } from '../support.ts';
import { type Fate, LeaseApi } from './lease-api.ts';
import { Replica } from './replica.ts';

const { durationMs, deadlineMs, renewMs, retryMs } = DEFAULT_ELECTION;

async function pair(): Promise<{ clock: ManualClock; api: LeaseApi; a: Replica; b: Replica }> {
  const clock = new ManualClock();
  const api = new LeaseApi();
  const a = new Replica('a', api, clock);
  await settle();
  const b = new Replica('b', api, clock);
  await settle();
  return { clock, api, a, b };
}

/** Lets time pass until something is so. @returns milliseconds that it took. */
async function until(clock: ManualClock, look: () => boolean, limitMs = 60_000): Promise<number> {
  const begun = clock.now();
  while (!look()) {
    if (clock.now() - begun > limitMs) throw new Error(`not within ${limitMs} ms`);
    await clock.advance(50);
  }
  return clock.now() - begun;
}

describe('leadership', () => {
  it('is taken at once where nobody has it, and kept', async () => {
    const { clock, api, a, b } = await pair();
    expect([a.publishes, b.publishes]).toEqual([true, false]);
    expect(api.lease?.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 10, leaseTransitions: 0 });
    await clock.advance(10 * durationMs);
    expect([a.publishes, b.publishes]).toEqual([true, false]);
    expect([a.election.terms, b.election.terms]).toEqual([1, 0]);
    expect(b.election.holder).toBe('a');
  });

  it('is taken over within 15 s of a crash', async () => {
    const { clock, api, a, b } = await pair();
    await clock.advance(renewMs * 2.9);
    a.host.crashed = true;
    expect(await until(clock, () => b.publishes)).toBeLessThanOrEqual(15_000);
    expect(api.lease?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('is given back at a clean stop, and taken over within 2 s', async () => {
    const { clock, api, a, b } = await pair();
    await clock.advance(5_000);
    await a.stop();
    expect(api.lease?.spec?.holderIdentity).toBe('');
    expect(await until(clock, () => b.publishes)).toBeLessThanOrEqual(2_000);
  });

  it('is lost by its own clock before anyone else takes it, when the Lease cannot be renewed', async () => {
    const { clock, api, a, b } = await pair();
    await clock.advance(5_000);
    api.fate = () => 'lost';
    const quiet = await until(clock, () => !a.publishes);
    expect(quiet).toBeLessThanOrEqual(deadlineMs);
    expect(b.publishes).toBe(false);
    api.fate = () => 'served';
    await until(clock, () => a.publishes || b.publishes);
    expect(a.publishes && b.publishes).toBe(false);
  });

  it('is lost while a request hangs, too', async () => {
    const { clock, api, a } = await pair();
    api.fate = () => 'hangs';
    expect(await until(clock, () => !a.publishes)).toBeLessThanOrEqual(deadlineMs);
    await clock.advance(durationMs - deadlineMs);
    expect(a.term).toBeUndefined();
  });

  it('is kept over a few failed renewals', async () => {
    const { clock, api, a } = await pair();
    for (const fate of ['lost', 'refused', 'answer lost'] as const) {
      api.fate = () => fate;
      await clock.advance(deadlineMs / 2);
      api.fate = () => 'served';
      await clock.advance(renewMs);
    }
    expect([a.publishes, a.election.terms]).toEqual([true, 1]);
  });

  it('is kept when somebody labels the Lease, and lost when somebody takes it', async () => {
    const { clock, api, a, b } = await pair();
    api.put({ ...api.lease, metadata: { ...api.lease?.metadata, labels: { team: 'x' } } });
    await clock.advance(2 * renewMs);
    expect(a.publishes).toBe(true);
    api.put({ ...api.lease, spec: { ...api.lease?.spec, holderIdentity: 'somebody' } });
    await clock.advance(2 * renewMs);
    expect(a.publishes).toBe(false);
    expect(a.log.lines.some(({ fields }) => String(fields.reason).includes('held by somebody'))).toBe(true);
    await until(clock, () => a.publishes || b.publishes);
  });

  it('is not taken from a leader that renews, whatever its clock says', async () => {
    const { clock, api, b } = await pair();
    for (let times = 0; times < 20; times += 1) {
      // Another clock: the time in the Lease is of the year 1970, and says nothing.
      api.put({ ...api.lease, spec: { ...api.lease?.spec, renewTime: '1970-01-01T00:00:00.000000Z' as never } });
      await clock.advance(retryMs);
    }
    expect(b.election.terms).toBe(0);
  });

  it('is kept by a process that was held up, where nobody has led since: it renews first', async () => {
    const clock = new ManualClock();
    const api = new LeaseApi();
    const a = new Replica('a', api, clock);
    await clock.advance(3_000);
    const { term } = a;
    a.host.frozen = true;
    await clock.advance(2 * durationMs);
    a.host.frozen = false;
    const { writes } = api;
    expect(() => term?.assert()).toThrow(LeadershipLost);
    a.host.thaw();
    await settle();
    expect(api.writes).toBeGreaterThan(writes);
    expect([a.publishes, a.election.terms, term?.signal.aborted]).toEqual([true, 1, false]);
    await clock.advance(2 * durationMs);
    expect([a.publishes, a.election.terms]).toEqual([true, 1]);
  });

  it('publishes what waits once it is renewed, where it was uncertain for a while', async () => {
    const clock = new ManualClock();
    const a = new Replica('a', new LeaseApi(), clock);
    await clock.advance(3_000);
    const sent: unknown[] = [];
    const publisher = fencedPublisher(a.term as NonNullable<typeof a.term>, {
      publish: async (events) => {
        sent.push(events);
        return { failed: [] };
      },
    });
    a.host.fate = () => 'refused';
    await until(clock, () => !a.publishes);
    const published = publisher.publish([]);
    await clock.advance(1_000);
    expect(sent).toEqual([]);
    a.host.fate = () => 'served';
    await until(clock, () => a.publishes, 2_000);
    await clock.advance(100);
    await published;
    expect([sent, a.election.terms]).toEqual([[[]], 1]);
  });

  it('is lost by a process that was held up, where it cannot renew', async () => {
    for (const fate of ['refused', 'lost'] as const) {
      const clock = new ManualClock();
      const a = new Replica('a', new LeaseApi(), clock);
      await clock.advance(3_000);
      const { term } = a;
      a.host.frozen = true;
      await clock.advance(2 * durationMs);
      a.host.fate = () => fate;
      a.host.frozen = false;
      a.host.thaw();
      await clock.advance(0);
      expect(term?.signal.aborted, fate).toBe(true);
    }
  });

  it('fences a process that was frozen: it asks the clock, not its timers', async () => {
    const { clock, a, b } = await pair();
    await clock.advance(3_000);
    const term = a.term;
    a.host.frozen = true;
    await until(clock, () => b.publishes);
    a.host.frozen = false;
    expect(() => term?.assert()).toThrow(LeadershipLost);
    await expect(term?.sequences.reserve(1)).rejects.toThrow(LeadershipLost);
    expect(term?.signal.aborted).toBe(true);
    const sent: unknown[] = [];
    const publisher = fencedPublisher(term as NonNullable<typeof term>, {
      publish: async (events) => {
        sent.push(events);
        return { failed: [] };
      },
    });
    await expect(publisher.publish([])).rejects.toThrow(LeadershipLost);
    expect(sent).toEqual([]);
  });

  it('never has two, whatever fails', async () => {
    const fate = fc.constantFrom<Fate>('served', 'served', 'served', 'refused', 'lost', 'answer lost', 'hangs');
    const which = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15_000 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('fates' as const),
          which,
          fates: fc.array(fate, { minLength: 1, maxLength: 6 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('freeze' as const, 'thaw' as const), which }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('label' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const clock = new ManualClock();
        const api = new LeaseApi();
        const replicas = new Map<string, Replica>();
        for (const name of ['a', 'b', 'c']) replicas.set(name, new Replica(name, api, clock));
        const check = (): void => {
          const publishing = [...replicas.values()].filter((replica) => replica.publishes).map(({ name }) => name);
          expect(publishing.length, publishing.join()).toBeLessThanOrEqual(1);
        };
        for (const each of steps) {
          if (each.do === 'wait') {
            for (let left = each.ms; left > 0; left -= 500) {
              await clock.advance(Math.min(left, 500));
              check();
            }
          } else if (each.do === 'label') {
            if (api.lease !== undefined) api.put(api.lease);
          } else {
            const { host } = replicas.get(each.which) as Replica;
            if (each.do === 'freeze') host.frozen = true;
            if (each.do === 'thaw') {
              host.frozen = false;
              // Before its timers fire: it asks the clock.
              check();
              host.thaw();
            }
            if (each.do === 'fates') {
              const { fates } = each;
              let turn = 0;
              host.fate = () => fates[turn++ % fates.length] as Fate;
            }
          }
          check();
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('sequences in the Lease', () => {
  const take = async (replica: Replica, clock: ManualClock): Promise<{ sequencer: Sequencer; sequence: number }> => {
    const sequencer = await Sequencer.open((replica.term as NonNullable<Replica['term']>).sequences, clock.now);
    await sequencer.ensure(10);
    return { sequencer, sequence: sequencer.next() };
  };

  it('go on above all that a crashed leader may have used, although its clock was ahead', async () => {
    const { clock, api, a, b } = await pair();
    clock.set(clock.now() + 86_400_000);
    await settle();
    await until(clock, () => a.publishes || b.publishes);
    const [first, second] = a.publishes ? [a, b] : [b, a];
    const { sequencer } = await take(first, clock);
    const reserved = Number(api.lease?.metadata?.annotations?.[RESERVED_ANNOTATION]);
    expect(reserved).toBeGreaterThan(sequencer.last);
    first.host.crashed = true;
    await until(clock, () => second.publishes);
    clock.set(clock.now() - 86_400_000);
    expect((await take(second, clock)).sequence).toBeGreaterThan(reserved);
  });

  it('cannot be had by who lost the Lease', async () => {
    const { clock, api, a } = await pair();
    const { sequencer } = await take(a, clock);
    api.put({ ...api.lease, spec: { ...api.lease?.spec, holderIdentity: 'somebody' } });
    await clock.advance(120_000);
    await expect(sequencer.ensure(1)).rejects.toThrow(LeadershipLost);
  });

  it('are written with renewals one after the other: they do not conflict with each other', async () => {
    const { clock, a } = await pair();
    const term = a.term as NonNullable<Replica['term']>;
    await Promise.all([term.sequences.reserve(5_000_000), clock.advance(renewMs), term.sequences.reserve(6_000_000)]);
    expect(await term.sequences.read()).toBe(6_000_000);
    expect(a.publishes).toBe(true);
    expect(a.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('outlive a deleted Lease in the memory of all who saw it', async () => {
    const { clock, api, a, b } = await pair();
    const { sequencer } = await take(a, clock);
    const reserved = Number(api.lease?.metadata?.annotations?.[RESERVED_ANNOTATION]);
    await clock.advance(renewMs);
    api.lease = undefined;
    await until(clock, () => !(a.publishes && b.publishes) && api.lease !== undefined, 5_000);
    await clock.advance(2 * renewMs);
    const holder = [a, b].find(({ name }) => name === api.lease?.spec?.holderIdentity) as Replica;
    expect([a, b].filter(({ publishes }) => publishes)).toEqual([holder]);
    expect(reserved).toBeGreaterThan(sequencer.last);
    expect((await take(holder, clock)).sequence).toBeGreaterThan(reserved);
  });

  it('that cannot be read keep everyone from leading, and the reason is named', async () => {
    const clock = new ManualClock();
    const api = new LeaseApi();
    api.put({ metadata: { annotations: { [RESERVED_ANNOTATION]: 'soon' } }, spec: {} });
    const a = new Replica('a', api, clock);
    await clock.advance(5_000);
    expect(a.publishes).toBe(false);
    expect(a.election.problem).toContain('is not a number: remove it');
    api.put({ spec: {} });
    await until(clock, () => a.publishes);
    expect(a.election.problem).toBeUndefined();
  });
});
