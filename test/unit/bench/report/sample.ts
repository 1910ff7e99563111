import type { Measurement, Results, Row, Scenario } from '../../../bench/report/results.ts';
import type { Measured } from '../../../bench/support/engine-process.ts';

/** Results for tests of the report. */

const OURS: Measured = {
  wallMs: 6_000,
  cpuMs: 2_500,
  peakMb: 300,
  requests: 220,
  writes: 200,
  sent: 23_000_000,
  received: 900,
};

export function row(scenario: Scenario, size: number, ours: Partial<Measured> = {}, more: Partial<Row> = {}): Row {
  const { wallMs, cpuMs, peakMb, requests, sent, received } = OURS;
  const limit = { wallMs: wallMs - 1_000, cpuMs: cpuMs / 10, peakMb, requests: requests - 20, sent, received };
  return { scenario, size, ours: { ...OURS, ...ours }, limit, ...more };
}

export function part(name: string, more: Partial<Measurement> = {}): Measurement {
  return { name, summary: `what ${name} does`, seconds: 1, load: 0.5, ...more };
}

export function results(parts: readonly Measurement[], more: Partial<Results> = {}): Results {
  return {
    at: '2026-01-02T03:04:05.000Z',
    commit: 'abc1234',
    node: 'v24.0.0',
    machine: { cpu: 'a processor', cores: 2, memoryGb: 24, system: 'Linux 6' },
    load: 0.5,
    seconds: 600,
    parts,
    ...more,
  };
}
