import { describe, expect, it } from 'vitest';
import { isStale, mergeConditions, met, unmet } from '../../../lib/gateway/conditions.ts';

const THEN = '2026-01-01T00:00:00Z';
const NOW = '2026-02-01T00:00:00Z';
const time = { generation: 3, now: NOW };
const stored = (type: string, status: string, more: object = {}): object => ({
  type,
  status,
  reason: 'Old',
  message: 'old',
  observedGeneration: 2,
  lastTransitionTime: THEN,
  ...more,
});
const accepted = (lastTransitionTime: string): object => ({
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: 'm',
  observedGeneration: 3,
  lastTransitionTime,
});

describe('GW-14: merging conditions', () => {
  it('no condition yet → added, with the generation and the time', () => {
    expect(mergeConditions(undefined, [met('Accepted', 'm')], time)).toEqual([accepted(NOW)]);
  });

  it('the same status → its time stays; reason, message and generation are new', () => {
    expect(mergeConditions([stored('Accepted', 'True')], [met('Accepted', 'm')], time)).toEqual([accepted(THEN)]);
  });

  it('another status → the time is now', () => {
    expect(mergeConditions([stored('Accepted', 'False')], [met('Accepted', 'm')], time)).toEqual([accepted(NOW)]);
  });

  it('types of others → unchanged, and in their places', () => {
    const before = [stored('example.com/A', 'True'), stored('Accepted', 'True'), stored('example.com/B', 'False')];
    expect(mergeConditions(before, [met('Accepted', 'm'), unmet('Programmed', 'Pending', 'p')], time)).toEqual([
      before[0],
      accepted(THEN),
      before[2],
      {
        type: 'Programmed',
        status: 'False',
        reason: 'Pending',
        message: 'p',
        observedGeneration: 3,
        lastTransitionTime: NOW,
      },
    ]);
  });

  it('one type twice → once', () => {
    const before = [stored('Accepted', 'True'), stored('Accepted', 'False')];
    expect(mergeConditions(before, [met('Accepted', 'm')], time)).toEqual([accepted(THEN)]);
  });

  it.each([undefined, null, 'x', 1, {}, [null, 'x', 1, [], {}]])('%j as conditions → no error', (before) => {
    expect(mergeConditions(before, [met('Accepted', 'm')], time).at(-1)).toEqual(accepted(NOW));
  });
});

describe('GW-14: a copy that is older than the status', () => {
  const wanted = [met('Accepted', 'm')];

  it.each([
    ['the same generation', 3, 'Accepted', false],
    ['an older one', 2, 'Accepted', false],
    ['a newer one', 4, 'Accepted', true],
    ['a newer one of another type', 4, 'example.com/A', false],
    ['a generation that is not a number', '4', 'Accepted', false],
  ])('%s → stale: %s', (_, observedGeneration, type, stale) => {
    expect(isStale([stored(type, 'True', { observedGeneration })], wanted, time)).toBe(stale);
  });
});
