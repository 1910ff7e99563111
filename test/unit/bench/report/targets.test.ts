import { describe, expect, it } from 'vitest';
import type { Row } from '../../../bench/report/results.ts';
import { judge } from '../../../bench/report/targets.ts';
import { part, results, row } from './sample.ts';

const judged = (rows: readonly Row[], what: RegExp, more = {}) => {
  const found = judge(results([part('estate-10000', { rows, ...more })])).filter((each) => what.test(each.what));
  expect(found).toHaveLength(1);
  return found[0];
};

describe('targets', () => {
  it.each([
    [7_500, true],
    [7_501, false],
  ])('cold convergence in %d ms with a limit of 5,000 ms → met: %s', (wallMs, met) => {
    expect(judged([row('cold', 10_000, { wallMs })], /empty appliance: time/)).toMatchObject({ met, limit: '5.0 s' });
  });

  it.each([
    [3_000, true],
    [3_010, false],
  ])('%d ms of the processor for 10,000 Ingresses → met: %s', (cpuMs, met) => {
    expect(judged([row('cold', 10_000, { cpuMs })], /for each Ingress/)).toMatchObject({ met });
  });

  it.each([
    [500, 0, true],
    [501, 0, false],
    [100, 1, false],
  ])('an unchanged snapshot takes %d ms of the processor and %d writes → met: %s', (cpuMs, writes, met) => {
    expect(judged([row('unchanged', 10_000, { cpuMs, writes })], /same snapshot again/)).toMatchObject({ met });
  });

  it.each([
    [6_000, true],
    [6_100, false],
  ])('processor time grows from 1,000 ms to %d ms with five times the Ingresses → met: %s', (cpuMs, met) => {
    const rows = [row('audit', 10_000, { cpuMs: 1_000 }), row('audit', 50_000, { cpuMs })];
    expect(judged(rows, /an audit: processor/)).toMatchObject({ met });
  });

  it.each([
    [1_024, true],
    [1_025, false],
  ])('a verification of 50,000 takes %d MB → met: %s', (peakMb, met) => {
    expect(judged([row('verified', 50_000, { peakMb })], /verified: peak/)).toMatchObject({ met });
  });

  it.each([
    [12, 12, true],
    [13, 13, false],
    [6, 7, false],
  ])('a change needs %d requests among few and %d among many → met: %s', (few, many, met) => {
    const changes = [{ what: 'change of members', few, many, milliseconds: 1 }];
    expect(judged([], /one Ingress changed/, { changes })).toMatchObject({ met });
  });

  it.each([
    [0, true],
    [1, false],
  ])('a replay writes %d times → met: %s', (writes, met) => {
    expect(judged([row('archive', 100_000, { writes }, { events: 100_000 })], /replay/)).toMatchObject({ met });
  });

  it('figures of other parts with a target are judged, those without are not', () => {
    const figures = [
      { what: 'with', measured: '1', target: '≤ 2', met: true },
      { what: 'without', measured: '1' },
    ];
    expect(judged([], /^with/, { figures })).toMatchObject({ what: 'with', met: true });
  });

  it('what is not measured is not met', () => {
    for (const each of judge(results([]))) expect(each).toMatchObject({ measured: 'not measured', met: false });
  });
});
