import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryBytes, nextBatch, toEntry, traceHeader } from '../../../lib/aws/entry.ts';
import { eventBytes } from '../../../lib/contract/index.ts';
import { anEvent } from './events.ts';

describe('entryBytes counts as the service does', () => {
  it.each([
    ['nothing', {}, 0],
    ['a time', { Time: new Date(0) }, 14],
    ['source and detail-type', { Source: 'ab', DetailType: 'cde' }, 5],
    ['UTF-8, not characters', { Detail: '"ä€😀"' }, 2 + 2 + 3 + 4],
    ['each resource', { Resources: ['a', 'bc'] }, 3],
    ['not the name of the bus', { EventBusName: 'nspass' }, 0],
  ])('%s', (_name, entry, bytes) => {
    expect(entryBytes(entry)).toBe(bytes);
  });
});

describe('toEntry', () => {
  it('carries the time of the state, by which the archive is replayed', () => {
    const { request } = toEntry(anEvent(), 'bus');
    expect(request).toMatchObject({
      EventBusName: 'bus',
      Source: 'nspass.forwarder',
      DetailType: 'Ingress Withdrawn',
      Time: new Date(1_700_000_000_000),
    });
  });

  it('has the size that a publisher reckons with beforehand', () => {
    const event = anEvent({ padding: 100 });
    expect(toEntry(event, 'a-long-name-of-a-bus').bytes).toBe(eventBytes(event));
  });
});

describe('traceHeader', () => {
  it('is the trace of the event, as X-Ray takes it', () => {
    const traceparent = '00-6b054400bd864e3a8d4a1a2b3c4d5e6f-5759e988bd864e3a-01';
    expect(traceHeader({ traceparent })).toBe('Root=1-6b054400-bd864e3a8d4a1a2b3c4d5e6f');
    expect(toEntry(anEvent(), 'bus').request.TraceHeader).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it('is none for an event without a trace, and for outcomes, which continue the trace of their function', () => {
    expect(traceHeader({})).toBeUndefined();
    const outcome = { ...anEvent(), source: 'nspass.functions' as const };
    expect(toEntry(outcome, 'bus').request.TraceHeader).toBeUndefined();
  });
});

describe('nextBatch', () => {
  const entries = (...subjects: string[]) => subjects.map((subject) => toEntry(anEvent({ subject }), 'b'));

  it('takes ten at most', () => {
    const all = entries(...'abcdefghijkl');
    expect(nextBatch(all, 1e6)).toEqual(all.slice(0, 10));
  });

  it('takes one of each subject, since a request can fail in part', () => {
    const all = entries('a', 'b', 'a', 'c', 'b');
    expect(nextBatch(all, 1e6)).toEqual([all[0], all[1], all[3]]);
  });

  it('treats events without subject as unrelated', () => {
    const bare = anEvent();
    const { subject: _, ...detail } = bare.detail;
    const all = ['1', '2'].map((id) => toEntry({ ...bare, detail: { ...detail, id } }, 'b'));
    expect(nextBatch(all, 1e6)).toHaveLength(2);
  });

  it('keeps to the size of a request, and lets no smaller one of the same subject pass', () => {
    const small = toEntry(anEvent({ subject: 'a' }), 'b');
    const large = toEntry(anEvent({ subject: 'b', padding: 1000 }), 'b');
    const behind = toEntry(anEvent({ subject: 'b' }), 'b');
    const other = toEntry(anEvent({ subject: 'c' }), 'b');
    expect(nextBatch([small, large, behind, other], large.bytes + 10)).toEqual([small, other]);
  });

  it('always makes progress, in order for each subject, within the limits', () => {
    const item = fc.record({ subject: fc.constantFrom('a', 'b', 'c', 'd'), padding: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 40 }), (items) => {
        let pending = items.map((options) => toEntry(anEvent(options), 'b'));
        const limit = Math.max(...pending.map((entry) => entry.bytes));
        const sent: typeof pending = [];
        while (pending.length > 0) {
          const batch = nextBatch(pending, limit);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(batch.reduce((sum, entry) => sum + entry.bytes, 0)).toBeLessThanOrEqual(limit);
          sent.push(...batch);
          pending = pending.filter((entry) => !batch.includes(entry));
        }
        for (const subject of 'abcd') {
          const sequences = sent
            .filter(({ event }) => event.detail.subject === subject)
            .map(({ event }) => (event.detail.data as { sequence: number }).sequence);
          expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
