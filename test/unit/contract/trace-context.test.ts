import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseEnvelope,
  parseTraceparent,
  SOURCES,
  toEvent,
  traceOf,
  traceparentOf,
} from '../../../lib/contract/index.ts';

const ID = '5759e988-bd86-4e3a-8d4a-1a2b3c4d5e6f';
const TIME = '2026-11-24T08:00:00.000Z';
const CAUSE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };

const hex = (digits: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
    .map((list) => list.map((digit) => digit.toString(16)).join(''))
    .filter((text) => !/^0+$/.test(text));

describe('traceOf', () => {
  it('begins a trace whose id is found by the event’s, in the form of X-Ray', () => {
    expect(traceOf({ id: ID, time: TIME })).toEqual({
      traceId: '6b054400bd864e3a8d4a1a2b3c4d5e6f',
      spanId: '5759e988bd864e3a',
      sampled: true,
    });
  });

  it('continues the trace of its cause, with a span of its own', () => {
    expect(traceOf({ id: ID, time: TIME }, CAUSE)).toEqual({ ...CAUSE, spanId: '5759e988bd864e3a' });
    expect(traceOf({ id: ID, time: TIME }, { ...CAUSE, sampled: false })?.sampled).toBe(false);
  });

  it.each([
    ['an id of another form', { id: 'event-1', time: TIME }],
    ['a time that is none', { id: ID, time: 'yesterday' }],
    ['a time before the epoch', { id: ID, time: '1969-12-31T23:59:59Z' }],
    ['an id whose span would be invalid', { id: '00000000-0000-0000-8d4a-1a2b3c4d5e6f', time: TIME }],
  ])('is none for %s', (_what, event) => {
    expect(traceOf(event)).toBeUndefined();
  });
});

describe('parseTraceparent', () => {
  it('reads what is written', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
        expect(parseTraceparent(traceparentOf({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled });
      }),
    );
  });

  it('never throws, and returns only digits', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const context = parseTraceparent(text);
        if (context !== undefined) expect(traceparentOf(context)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      }),
    );
  });

  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  it.each([
    ['a later version with further fields', `cc${valid.slice(2)}-what-the-future-adds`, true],
    ['flags that it does not know', `${valid.slice(0, -2)}03`, true],
    ['the forbidden version', `ff${valid.slice(2)}`, false],
    ['further fields in version 00', `${valid}-more`, false],
    ['capital letters', valid.toUpperCase(), false],
    ['a trace of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, false],
    ['a span of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`, false],
    ['an empty text', '', false],
    ['a line break behind it', `${valid}\n`, false],
  ])('%s', (_what, text, accepted) => {
    expect(parseTraceparent(text)).toEqual(accepted ? CAUSE : undefined);
  });
});

describe('an event', () => {
  const withdrawn = {
    cluster: 'prod',
    clusterUid: '0d9f1a52-7c1b-4a55-9d0e-2f1f4f0b7c11',
    sequence: 1,
    namespace: 'shop',
    name: 'web',
  };
  const envelope = (detail: object) =>
    JSON.stringify({ id: '1', source: SOURCES.forwarder, 'detail-type': 'Ingress Withdrawn', time: TIME, detail });
  const event = toEvent(SOURCES.forwarder, 'Ingress Withdrawn', withdrawn, { id: ID, now: () => Date.parse(TIME) });

  it('carries its trace to whoever receives it, on every delivery', () => {
    expect(event.detail.traceparent).toBe('00-6b054400bd864e3a8d4a1a2b3c4d5e6f-5759e988bd864e3a-01');
    const { trace } = parseEnvelope(envelope(event.detail));
    expect(trace).toEqual(traceOf(event.detail));
    expect(parseEnvelope(envelope(event.detail)).trace).toEqual(trace);
  });

  it.each([undefined, 'no context', 7, null, { traceparent: 1 }])(
    'is accepted with the traceparent %o',
    (traceparent) => {
      const received = parseEnvelope(envelope({ ...event.detail, traceparent }));
      expect(received.trace).toBeUndefined();
      expect(received.id).toBe(ID);
    },
  );
});
