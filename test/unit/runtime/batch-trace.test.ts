import { describe, expect, it } from 'vitest';
import type { ReceivedEvent, TraceContext } from '../../../lib/contract/index.ts';
import type { Outcome } from '../../../lib/reconcile/index.ts';
import { BatchTrace } from '../../../lib/runtime/batch-trace.ts';
import { memoryTracing } from '../../../lib/tracing/index.ts';

const traceOf = (digit: string): TraceContext => ({
  traceId: digit.repeat(32),
  spanId: digit.repeat(16),
  sampled: true,
});
const event = (sequence: number, more: Partial<ReceivedEvent> = {}): ReceivedEvent =>
  ({
    detailType: 'Ingress Withdrawn',
    data: { cluster: 'prod', clusterUid: 'uid', sequence, namespace: 'shop', name: 'web' },
    id: `event-${sequence}`,
    time: 0,
    trace: traceOf(String(sequence)),
    ...more,
  }) as ReceivedEvent;
const outcome = (sequence: number, cluster = 'prod') => ({ cluster, sequence }) as Outcome['data'];

function spansOf(events: readonly ReceivedEvent[], error?: string) {
  const trace = new BatchTrace('edge', events);
  const tracing = memoryTracing();
  trace.end(tracing, 10, 20, error);
  return { trace, spans: tracing.spans };
}

describe('the trace of a batch', () => {
  it('of one event is a step of its trace', () => {
    const { trace, spans } = spansOf([event(1)]);
    expect(spans).toEqual([
      expect.objectContaining({
        name: 'process Ingress Withdrawn',
        context: trace.context,
        parent: traceOf('1'),
        links: [],
        startMs: 10,
        endMs: 20,
      }),
    ]);
    expect(trace.context.traceId).toBe('1'.repeat(32));
    expect(trace.context.spanId).not.toBe('1'.repeat(16));
  });

  it('of several is its own, with a step in the trace of each, and links both ways', () => {
    const { trace, spans } = spansOf([event(1), event(2, { replay: 'again' })]);
    const batch = spans.filter(({ name }) => name === 'process batch');
    const steps = spans.filter(({ name }) => name === 'process Ingress Withdrawn');
    expect(batch).toHaveLength(1);
    expect(batch[0]).toMatchObject({ context: trace.context, links: [traceOf('1'), traceOf('2')] });
    expect(batch[0]?.parent).toBeUndefined();
    expect(batch[0]?.attributes['messaging.batch.message_count']).toBe(2);
    expect(steps.map(({ parent }) => parent)).toEqual([traceOf('1'), traceOf('2')]);
    for (const { context, parent, links } of steps) {
      expect(context.traceId).toBe(parent?.traceId);
      expect(links).toEqual([trace.context]);
    }
    expect(steps.map(({ attributes }) => attributes['nspass.replay'])).toEqual([undefined, 'again']);
  });

  it('holds events of older forwarders, which have none', () => {
    const { trace, spans } = spansOf([event(1, { trace: undefined as never }), event(2)]);
    expect(spans.map(({ name }) => name)).toEqual(['process Ingress Withdrawn', 'process batch']);
    expect(trace.causeOf(outcome(1))).toEqual(trace.context);
  });

  it('an outcome continues the event that it answers, one of a bystander the batch', () => {
    const { trace } = spansOf([event(1), event(2)]);
    expect(trace.causeOf(outcome(2)).traceId).toBe('2'.repeat(32));
    expect(trace.causeOf(outcome(3))).toEqual(trace.context);
    expect(trace.causeOf(outcome(2, 'another'))).toEqual(trace.context);
  });

  it('says in each step why it returned to the queue', () => {
    const { spans } = spansOf([event(1), event(2)], 'the appliance is busy');
    expect(spans.map(({ error }) => error)).toEqual(Array.from({ length: 3 }, () => 'the appliance is busy'));
  });
});
