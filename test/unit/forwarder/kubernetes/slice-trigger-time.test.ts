import { describe, expect, it } from 'vitest';
import { sliceTriggerTime } from '../../../../lib/forwarder/kubernetes/slice-trigger-time.ts';

const NOW = Date.UTC(2026, 0, 15, 9, 30);
const annotated = (annotations: unknown) => ({ metadata: { name: 'web-1', annotations } });

describe('the trigger of an EndpointSlice', () => {
  it.each<[what: string, raw: unknown, expected: number | undefined]>([
    [
      'is its annotation',
      annotated({ 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-15T09:29:59Z' }),
      NOW - 1_000,
    ],
    [
      'is none where the annotation is no time',
      annotated({ 'endpoints.kubernetes.io/last-change-trigger-time': 'x' }),
      undefined,
    ],
    ['is none without the annotation', annotated({ other: 'x' }), undefined],
    ['is none without annotations', annotated(undefined), undefined],
    ['is none where annotations are null', annotated(null), undefined],
    ['is none without metadata', {}, undefined],
    ['is none of no object', null, undefined],
  ])('%s', (_, raw, expected) => {
    expect(sliceTriggerTime(raw, NOW)).toBe(expected);
  });
});
