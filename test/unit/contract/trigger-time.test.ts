import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvelope, parseTriggerTime, SOURCES, toEvent } from '../../../lib/contract/index.ts';

const AT = Date.UTC(2026, 0, 15, 9, 30);

describe('parseTriggerTime', () => {
  it.each<[what: string, text: unknown, expected: number | undefined]>([
    ['nanoseconds, as controllers write it', '2026-01-15T09:29:58.123456789Z', AT - 1_877],
    ['seconds', '2026-01-15T09:29:58Z', AT - 2_000],
    ['an offset', '2026-01-15T10:29:58+01:00', AT - 2_000],
    ['the time of the state itself', '2026-01-15T09:30:00Z', AT],
    ['after the state, by no more than clocks differ → the time of the state', '2026-01-15T09:30:05Z', AT],
    ['further in the future', '2026-01-15T09:30:05.001Z', undefined],
    ['a day before the state', '2026-01-14T09:30:00Z', AT - 86_400_000],
    ['older', '2026-01-14T09:29:59.999Z', undefined],
    ['a date alone', '2026-01-15', undefined],
    ['no date of a calendar', '2026-13-45T09:30:00Z', undefined],
    ['another form that JavaScript reads', 'Thu, 15 Jan 2026 09:29:58 GMT', undefined],
    ['no text', 1_768_469_400_000, undefined],
    ['nothing', undefined, undefined],
    ['a very long text', `2026-01-15T09:29:58.${'0'.repeat(1_000_000)}Z`, undefined],
  ])('%s', (_, text, expected) => {
    expect(parseTriggerTime(text, AT)).toBe(expected);
  });

  it('any value → a time within a day before the state, or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.date().map(String)), fc.integer(), (text, at) => {
        const time = parseTriggerTime(text, at);
        expect(time === undefined || (time <= at && time >= at - 86_400_000)).toBe(true);
      }),
    );
  });
});

describe('the trigger of an event', () => {
  const data = { cluster: 'c1', clusterUid: 'u', sequence: 7, namespace: 'n', name: 'x' };
  const event = (triggeredAt?: number) =>
    toEvent(SOURCES.forwarder, 'Ingress Withdrawn', data, { now: () => AT, triggeredAt });
  const received = (detail: object) =>
    parseEnvelope(
      JSON.stringify({
        id: 'b1',
        source: SOURCES.forwarder,
        'detail-type': 'Ingress Withdrawn',
        time: '2026-01-15T09:30:00Z',
        detail,
      }),
    );

  it('travels as an attribute of the envelope, beside the data', () => {
    const { detail } = event(AT - 1_500);
    expect(detail.triggertime).toBe('2026-01-15T09:29:58.500Z');
    expect(detail.data).toEqual(data);
    expect(received(detail).triggeredAt).toBe(AT - 1_500);
  });

  it('is absent where nobody knows it', () => {
    expect(event().detail).not.toHaveProperty('triggertime');
    expect(received(event().detail)).not.toHaveProperty('triggeredAt');
  });

  it.each([null, 7, 'yesterday', {}, '2026-02-15T09:30:00Z'])('%o → the event is used all the same', (triggertime) => {
    const read = received({ ...event().detail, triggertime });
    expect(read).not.toHaveProperty('triggeredAt');
    expect(read.data).toEqual(data);
  });
});
