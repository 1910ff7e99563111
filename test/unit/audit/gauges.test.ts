import { describe, expect, it } from 'vitest';
import { gaugesOf } from '../../../lib/audit/gauges.ts';
import type { AuditState } from '../../../lib/audit/state.ts';
import type { Watermark } from '../../../lib/ledger/index.ts';

const NOW = 1_000_000_000;
const mark = (from: string, to: string, secondsAgo: number): Watermark => ({
  from,
  to,
  sequence: NOW - secondsAgo * 1000,
});

const seen = (watermarks: readonly Watermark[]): number | undefined =>
  gaugesOf(
    {
      records: new Map(),
      frontends: [],
      ledgers: new Map([['c1', { ingresses: new Map(), watermarks, retired: [] }]]),
    } as unknown as AuditState,
    [],
    undefined,
    NOW,
  ).seenSeconds.get('c1');

describe('since when a cluster was seen whole', () => {
  it.each<[string, Watermark[], number | undefined]>([
    ['one range for everything', [mark('22', 'zz', 40)], 40],
    ['the oldest of the ranges that make it whole', [mark('22', 'mz', 10), mark('n2', 'zz', 70)], 70],
    ['not what lies below them', [mark('22', 'mz', 10), mark('n2', 'zz', 70), mark('22', 'zz', 900)], 70],
    ['never, where a part is missing', [mark('22', 'mz', 10)], undefined],
    ['never, where nothing was seen', [], undefined],
    ['not from the future, by a clock that lies before ours', [mark('22', 'zz', -5)], 0],
  ])('%s', (_case, watermarks, expected) => {
    expect(seen(watermarks)).toBe(expected);
  });
});
