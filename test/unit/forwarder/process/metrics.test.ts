import { describe, expect, it } from 'vitest';
import { EMPTY_HISTOGRAM, observed } from '../../../../lib/forwarder/feedback/histogram.ts';
import { families } from '../../../../lib/forwarder/process/metrics.ts';

const kind = {
  kind: 'Ingress',
  objects: 3,
  listed: true,
  problem: undefined,
  silentMs: 1_000,
  doubted: false,
  restarts: { ended: 2, failed: 1 },
} as const;

describe('families', () => {
  const all = families({
    kinds: [kind],
    leading: true,
    terms: 1,
    ready: true,
    forwarder: {
      ingresses: 3,
      announced: 2,
      waiting: 0,
      published: 9,
      failed: 0,
      failures: 0,
      snapshots: 1,
      lastPublishedAt: 1_700_000_000_500,
      lastSnapshotAt: 0,
      problems: 0,
      synced: true,
      complete: true,
      held: 0,
      refused: 0,
      foreign: 0,
      programming: observed(observed(EMPTY_HISTOGRAM, 120), 700_000),
      unansweredMs: 0,
    },
    reports: { status: 1, events: 2, failed: 0 },
    process: {
      residentBytes: 1,
      heapBytes: 1,
      cpuSeconds: 1,
      startSeconds: 1,
      eventLoopLagSeconds: 0.001,
      eventLoopLagMaxSeconds: 0.2,
    },
  });

  it('keep the conventions: a name each, counters and only counters end in _total, no unit but base units', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, type, help } of all) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|milliseconds|kb|minutes)(_|$)/);
      expect(help).toMatch(/\.$/);
    }
  });

  it('have no label but the kind and the reason, and the bound of a histogram', () => {
    const labels = all
      .filter(({ type }) => type !== 'histogram')
      .flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.labels ?? {})));
    expect([...new Set(labels)].sort()).toEqual(['kind', 'reason']);
  });

  it('give times in seconds, and none for what never was', () => {
    const samples = (name: string) => all.find((each) => each.name === `nspass_forwarder_${name}`)?.samples;
    expect(samples('last_publish_timestamp_seconds')).toEqual([{ value: 1_700_000_000.5 }]);
    expect(samples('last_snapshot_timestamp_seconds')).toEqual([]);
    expect(samples('watch_silence_seconds')).toEqual([{ labels: { kind: 'Ingress' }, value: 1 }]);
    expect(samples('watch_restarts_total')).toEqual([
      { labels: { kind: 'Ingress', reason: 'ended' }, value: 2 },
      { labels: { kind: 'Ingress', reason: 'failed' }, value: 1 },
    ]);
  });

  it('count durations in buckets that hold those below, in seconds', () => {
    const { samples = [] } = all.find(({ type }) => type === 'histogram') ?? {};
    const buckets = Object.fromEntries(
      samples.filter(({ series }) => series === 'bucket').map(({ labels, value }) => [labels?.le, value]),
    );
    expect(buckets).toMatchObject({ '0.025': 0, '0.1': 0, '0.15': 1, '1': 1, '300': 1, '+Inf': 2 });
    expect(samples.slice(-2)).toEqual([
      { series: 'sum', value: 700.12 },
      { series: 'count', value: 2 },
    ]);
  });
});
