import { describe, expect, it } from 'vitest';
import { history } from '../../bench/parts/archive.ts';

describe('history', () => {
  const { events, last } = history(6_000);

  it('is the same in every run, of the length that is asked for', () => {
    expect(events).toHaveLength(6_000);
    expect(history(6_000)).toEqual({ events, last });
  });

  it('sequences grow, and the end is later than all events', () => {
    const sequences = [...events, ...last].map(({ data }) => ('sequence' in data ? data.sequence : Number.NaN));
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  it('holds changes, withdrawals and snapshots, all of them replayed', () => {
    expect(new Set(events.map(({ detailType }) => detailType))).toEqual(
      new Set(['Ingress Changed', 'Ingress Withdrawn', 'Cluster Snapshot']),
    );
    expect(events.every(({ replay }) => replay !== undefined)).toBe(true);
  });
});
