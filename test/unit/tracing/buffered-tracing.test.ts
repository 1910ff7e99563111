import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bufferedTracing } from '../../../lib/tracing/buffered-tracing.ts';
import type { Span } from '../../../lib/tracing/index.ts';

const span = (name: string, sampled = true): Span => ({
  name,
  kind: 'client',
  context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled },
  startMs: 1,
  endMs: 2,
  attributes: {},
});

describe('buffered tracing', () => {
  const sent: string[][] = [];
  const lost: [number, string][] = [];
  let loads = 0;
  let refuse: string | undefined;
  const tracing = (intervalMs?: number) =>
    bufferedTracing({
      load: async () => {
        loads += 1;
        return async (spans) => {
          if (refuse !== undefined) throw new Error(refuse);
          sent.push(spans.map(({ name }) => name));
        };
      },
      onLoss: (spans, reason) => void lost.push([spans, reason]),
      ...(intervalMs === undefined ? {} : { intervalMs }),
    });
  beforeEach(() => {
    sent.length = 0;
    lost.length = 0;
    loads = 0;
    refuse = undefined;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('loads nothing while there is nothing to send', async () => {
    await tracing().flush();
    expect({ loads, sent }).toEqual({ loads: 0, sent: [] });
  });

  it('sends what was recorded, once, in order', async () => {
    const one = tracing();
    one.record(span('first'));
    one.record(span('second'));
    await one.flush();
    await one.flush();
    expect(sent).toEqual([['first', 'second']]);
  });

  it('leaves out a trace that nobody records', async () => {
    const one = tracing();
    one.record(span('unsampled', false));
    await one.flush();
    expect(sent).toEqual([]);
  });

  it('sends large numbers in parts', async () => {
    const one = tracing();
    for (let index = 0; index < 1_100; index += 1) one.record(span(String(index)));
    await one.flush();
    expect(sent.map((part) => part.length)).toEqual([512, 512, 76]);
  });

  it('loses what the collector does not take, says so, and goes on', async () => {
    const one = tracing();
    refuse = 'connection refused';
    one.record(span('lost'));
    await one.flush();
    refuse = undefined;
    one.record(span('next'));
    await one.flush();
    expect({ lost, sent }).toEqual({ lost: [[1, 'connection refused']], sent: [['next']] });
  });

  it('keeps a bounded number, and counts the rest', async () => {
    const one = tracing();
    for (let index = 0; index < 3_000; index += 1) one.record(span(String(index)));
    await one.flush();
    expect(sent.flat()).toHaveLength(2_048);
    expect(lost).toEqual([[952, 'more than 2048 waited to be sent']]);
  });

  it('sends by itself after its interval', async () => {
    const one = tracing(1_000);
    one.record(span('first'));
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toEqual([]);
    one.record(span('second'));
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([['first', 'second']]);
  });
});
