import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../../lib/contract/index.ts';
import type { EventWriter, PendingEvent, SnapshotRun } from '../../../../lib/forwarder/publish/event-writer.ts';
import { NamespaceBudget } from '../../../../lib/forwarder/publish/namespace-budget.ts';
import { IF_CHANGED, Outbox, repeat, SEEN_DELETED } from '../../../../lib/forwarder/publish/outbox.ts';
import { PublishLoop } from '../../../../lib/forwarder/publish/publish-loop.ts';
import { SnapshotFlags } from '../../../../lib/forwarder/publish/snapshot-flags.ts';
import { silentLog } from '../../../../lib/telemetry/index.ts';
import { ManualClock, settle } from '../support.ts';

/** A writer that says one event for each name, and a snapshot of two ranges. */
class StubWriter implements Pick<EventWriter, 'singles' | 'ahead' | 'range'> {
  readonly outbox: Outbox;
  readonly log: string[] = [];
  broken = false;
  /** What happens while the next range is worked out ahead, one for each part. */
  parts: ((from: string) => void)[] = [];

  constructor(outbox: Outbox) {
    this.outbox = outbox;
  }

  singles(count: number): PendingEvent[] {
    if (this.broken) throw new Error('cannot be worked out');
    const drafts: PendingEvent[] = [];
    for (
      let next = this.outbox.take();
      next !== undefined;
      next = drafts.length < count ? this.outbox.take() : undefined
    ) {
      const { name, demand } = next;
      drafts.push(this.#draft(name, () => this.outbox.add(name, demand)));
    }
    return drafts;
  }

  *ahead(from: string): Generator<void> {
    for (const part of this.parts) {
      part(from);
      yield;
    }
  }

  range(run: SnapshotRun, from: string): PendingEvent {
    const to = from === '22' ? 'n2' : undefined;
    return this.#draft(
      `${from}${run.flagged ? '*' : ''}${run.confirmed ? ' confirmed' : ''}${run.takesOver ? ' takes over' : ''}`,
      () => {},
      () => {
        run.from = to;
      },
    );
  }

  #draft(name: string, failed: () => void, accepted: () => void = () => {}): PendingEvent {
    const event = { detailType: 'Ingress Changed', detail: { subject: name } } as unknown as BusEvent;
    return {
      event,
      failed,
      accepted: () => {
        this.log.push(name);
        accepted();
      },
    };
  }
}

function setUp(options: { threshold?: number; reserve?: () => Promise<void> } = {}) {
  const clock = new ManualClock(1_000_000);
  const outbox = new Outbox();
  const writer = new StubWriter(outbox);
  const flags = new SnapshotFlags(clock.now);
  flags.published(clock.now());
  const bus = { down: false, batches: [] as string[][], during: (_batch: number): void => {} };
  const errors: string[] = [];
  const asked: number[] = [];
  let idle = 0;
  const publishing = new PublishLoop({
    writer: writer as unknown as EventWriter,
    outbox,
    flags,
    firstPrefix: () => '22',
    sequencer: { ensure: options.reserve ?? (async () => {}), last: 7 },
    publisher: {
      publish: async (events) => {
        bus.batches.push(events.map(({ detail }) => detail.subject ?? ''));
        bus.during(bus.batches.length);
        return { failed: bus.down ? events.map((event) => ({ event, error: new Error('down') })) : [] };
      },
    },
    settings: { retryBaseMs: 100, retryMaxMs: 1_000, stormIntervalMs: 15_000 },
    clock,
    random: () => 0.999,
    log: { ...silentLog, error: (message) => errors.push(message) },
    overflowThreshold: () => options.threshold ?? 100,
    flaggedPublished: (above) => asked.push(above),
    idle: () => {
      idle += 1;
    },
  });
  publishing.start();
  return { clock, outbox, writer, bus, publishing, errors, asked, idle: () => idle };
}

describe('Publishing', () => {
  it('takes ranges of a snapshot and single events in turn: neither waits for all of the other', async () => {
    const { outbox, publishing, bus } = setUp();
    for (let index = 0; index < 12; index += 1) outbox.add(`n/i${index}`);
    publishing.snapshot({ reason: 'test' });
    await settle();
    expect(bus.batches.map((each) => each.length)).toEqual([1, 10, 1, 2]);
    expect(bus.batches.map(([first]) => first)).toEqual(['22', 'n/i0', 'n2', 'n/i10']);
  });

  it('works a range out in parts, and goes on with what is next when they are done', async () => {
    const { clock, publishing, writer } = setUp();
    const seen: string[] = [];
    const turns: (() => void)[] = [];
    clock.turn = () => new Promise<void>((resolve) => turns.push(resolve));
    writer.parts = [(from) => seen.push(`1 ${from}`), (from) => seen.push(`2 ${from}`)];
    publishing.snapshot({ reason: 'a' });
    await settle();
    expect([seen, writer.log]).toEqual([['1 22'], []]);
    // The snapshot under way begins anew when it is no longer held.
    publishing.hold(true);
    while (turns.length > 0) {
      turns.shift()?.();
      await settle();
    }
    expect([seen, writer.log]).toEqual([['1 22', '2 22'], []]);
    publishing.hold(false);
    for (let turn = 0; turn < 8; turn += 1) {
      turns.shift()?.();
      await settle();
    }
    expect(seen.slice(2)).toEqual(['1 22', '2 22', '1 n2', '2 n2']);
    expect(writer.log).toEqual(['22', 'n2']);
  });

  it('merges snapshots that wait, and begins none while one is under way', async () => {
    const { publishing, writer, bus } = setUp();
    publishing.snapshot({ reason: 'a' });
    publishing.snapshot({ reason: 'b', flagged: true });
    publishing.snapshot({ reason: 'a' });
    await settle();
    expect(writer.log).toEqual(['22*', 'n2*']);
    bus.during = (batch) => {
      if (batch === 3) publishing.snapshot({ reason: 'd' });
    };
    publishing.snapshot({ reason: 'c' });
    await settle();
    expect(writer.log).toEqual(['22*', 'n2*', '22', 'n2', '22', 'n2']);
    expect(publishing.counts.snapshots).toBe(3);
  });

  it('tells of a flagged snapshot that it is published, and above which sequence: its answer is waited for', async () => {
    const { publishing, asked } = setUp();
    publishing.snapshot({ reason: 'a' });
    await settle();
    expect(asked).toEqual([]);
    publishing.snapshot({ reason: 'b', flagged: true });
    await settle();
    expect(asked).toEqual([7]);
  });

  it('begins a snapshot that is held back anew, from the first range', async () => {
    const { publishing, writer, bus, clock } = setUp();
    bus.down = true;
    publishing.snapshot({ reason: 'a', confirmed: true, takesOver: true });
    await settle();
    publishing.hold(true);
    bus.down = false;
    await clock.advance(10_000);
    expect(writer.log).toEqual([]);
    publishing.hold(false);
    await settle();
    expect(writer.log).toEqual(['22* confirmed takes over', 'n2* confirmed takes over']);
  });

  it('rule 15: a snapshot that takes over is flagged, in all its ranges, whatever it is merged with; the next is not', async () => {
    const { publishing, writer } = setUp();
    publishing.snapshot({ reason: 'operator', takesOver: true });
    publishing.snapshot({ reason: 'scheduled' });
    await settle();
    publishing.snapshot({ reason: 'scheduled' });
    await settle();
    expect(writer.log).toEqual(['22* takes over', 'n2* takes over', '22', 'n2']);
  });

  it('backs off, doubling up to the maximum, whatever comes meanwhile', async () => {
    const { outbox, publishing, bus, clock } = setUp();
    bus.down = true;
    outbox.add('a');
    publishing.wake();
    const at: number[] = [];
    for (let ms = 0; ms < 3_500; ms += 10) {
      const before = bus.batches.length;
      outbox.add('b');
      publishing.wake();
      await clock.advance(10);
      if (bus.batches.length > before) at.push(ms);
    }
    expect(at).toEqual([0, 90, 290, 690, 1490, 2490, 3490]);
    expect(publishing.failures).toBe(7);
  });

  it('more changes than the threshold → a snapshot; repeated ones stay single events', async () => {
    const { outbox, publishing, writer } = setUp({ threshold: 2 });
    for (const name of ['a', 'b', 'c']) outbox.add(name, repeat());
    publishing.wake();
    await settle();
    expect(writer.log).toEqual(['a', 'b', 'c']);
    for (const name of ['d', 'e', 'f']) outbox.add(name, SEEN_DELETED);
    publishing.wake();
    await settle();
    expect(writer.log).not.toContain('22');
    for (const name of ['a', 'b', 'c']) outbox.add(name);
    publishing.wake();
    await settle();
    expect(writer.log).toContain('22');
  });

  it('a storm that does not end → the next snapshot begins after an interval', async () => {
    const { publishing, writer, clock } = setUp();
    const started: number[] = [];
    for (let second = 0; second < 40; second += 1) {
      publishing.storm();
      const before = writer.log.length;
      await clock.advance(1_000);
      if (writer.log.length > before) started.push(second);
    }
    expect(started).toEqual([0, 14, 29]);
    publishing.snapshot({ reason: 'operator' });
    await settle();
    expect(writer.log).toHaveLength(8);
  });

  it('survives what cannot happen, and finds with a snapshot what was dropped', async () => {
    const { outbox, publishing, writer, clock, errors } = setUp();
    writer.broken = true;
    outbox.add('a');
    publishing.wake();
    await settle();
    expect(errors).toEqual(['cannot make events; a snapshot follows']);
    writer.broken = false;
    await clock.advance(1_000);
    expect(writer.log).toEqual(['22', 'a', 'n2']);
  });

  it('is idle once all is published, and when stopped before it began is at its end', async () => {
    const { outbox, publishing, idle, bus, clock } = setUp();
    await settle();
    expect(idle()).toBe(1);
    bus.down = true;
    outbox.add('a');
    publishing.wake();
    await clock.advance(1_000);
    expect(idle()).toBe(1);
    bus.down = false;
    await clock.advance(2_000);
    expect(idle()).toBe(2);
    expect(await publishing.stop(1_000)).toBe(true);
  });
});

describe('Outbox', () => {
  it('keeps the oldest first, and merges what is demanded of a name', () => {
    const outbox = new Outbox();
    outbox.add('a');
    outbox.add('b', repeat(['p']));
    outbox.add('a', repeat(['q']));
    outbox.add('b', IF_CHANGED);
    outbox.add('b', repeat(['r']));
    expect(outbox.size).toBe(2);
    expect(outbox.changes).toBe(0);
    expect(outbox.take()).toEqual({ name: 'a', demand: { repeat: true, alone: false, verify: new Set(['q']) } });
    expect(outbox.take()).toEqual({ name: 'b', demand: { repeat: true, alone: false, verify: new Set(['p', 'r']) } });
    expect(outbox.take()).toBeUndefined();
  });

  it('settles what need not be said, not what must, nor what is said alone', () => {
    const outbox = new Outbox();
    outbox.add('a');
    outbox.add('b', repeat());
    outbox.add('c', SEEN_DELETED);
    outbox.add('c');
    expect(outbox.changes).toBe(1);
    expect(['a', 'a', 'b', 'c'].map((name) => outbox.absorb(name))).toEqual([true, false, false, false]);
    expect(outbox.size).toBe(2);
  });

  it('namespaces take turns, whoever has more names', () => {
    const outbox = new Outbox();
    for (const name of ['x/1', 'x/2', 'x/3', 'y/1', 'z/1', 'z/2']) outbox.add(name);
    const taken = Array.from({ length: 7 }, () => outbox.take()?.name);
    expect(taken).toEqual(['x/1', 'y/1', 'z/1', 'x/2', 'z/2', 'x/3', undefined]);
    expect(outbox.size).toBe(0);
  });

  it('a namespace beyond its budget → it waits, but for deletions that were seen', () => {
    let now = 0;
    const outbox = new Outbox(new NamespaceBudget({ burst: 1, perSecond: 2 }, () => now));
    const take = (): string | undefined => {
      const next = outbox.take();
      if (next !== undefined) outbox.spend(next.name, next.demand);
      return next?.name;
    };
    for (const name of ['x/1', 'x/2', 'x/3', 'y/1']) outbox.add(name);
    outbox.add('x/4', SEEN_DELETED);
    expect([take(), take(), take(), take()]).toEqual(['x/4', 'y/1', 'x/1', undefined]);
    expect(outbox.waitMs()).toBe(500);
    now = 500;
    expect([outbox.waitMs(), take(), take(), outbox.waitMs()]).toEqual([0, 'x/2', undefined, 500]);
    outbox.lift();
    expect([take(), take(), outbox.waitMs()]).toEqual(['x/3', undefined, undefined]);
  });

  it('a clock that is set back → nobody waits longer than the budget says', () => {
    let now = 1_000_000;
    const budget = new NamespaceBudget({ burst: 1, perSecond: 1 }, () => now);
    budget.spend('x');
    now = 0;
    expect(budget.waitMs('x')).toBe(1_000);
    now = 1_000;
    expect(budget.waitMs('x')).toBe(0);
  });
});
