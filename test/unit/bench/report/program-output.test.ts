import { expect, it } from 'vitest';
import { figuresIn } from '../../../bench/report/program-output.ts';

it('lines with two columns are figures, with their target where they name one', () => {
  const output = [
    'forwarder, 10000 Ingresses, Services and slices of 3 endpoints',
    '  first snapshot complete   5.0 s (target 20 s)',
    '  peak                      140 MB (limit 128 MB, missed)',
    '  resident, settled         97 MB',
    '',
  ].join('\n');
  expect(figuresIn(output)).toEqual([
    { what: 'first snapshot complete', measured: '5.0 s', target: '≤ 20 s', met: true },
    { what: 'peak', measured: '140 MB', target: '≤ 128 MB', met: false },
    { what: 'resident, settled', measured: '97 MB' },
  ]);
});

it('rows of a table are figures', () => {
  const output = [
    '| figure | measured | target | met |',
    '| ------ | -------- | ------ | --- |',
    '| a      | 1 s      | ≤ 2 s  | yes |',
    '| b      | 3 s      | ≤ 2 s  | NO  |',
    '| c      | 4 s      |        |     |',
  ].join('\n');
  expect(figuresIn(output)).toEqual([
    { what: 'a', measured: '1 s', target: '≤ 2 s', met: true },
    { what: 'b', measured: '3 s', target: '≤ 2 s', met: false },
    { what: 'c', measured: '4 s' },
  ]);
});
