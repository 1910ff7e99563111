import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PAGE, RESULTS, readResults, renderFiles } from '../../../bench/report/files.ts';
import { BEGIN, END } from '../../../bench/report/page.ts';
import { type Part, PartlyMeasured } from '../../../bench/report/part.ts';
import { runReport } from '../../../bench/report/run-report.ts';
import { row } from './sample.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nspass-run-report-'));
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, PAGE), `${BEGIN}\n${END}\n\nby hand\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const figures = [{ what: 'size', measured: '1 kB' }];
const good: Part = { name: 'good', summary: 'works', measure: async () => ({ figures }) };
const bad: Part = {
  name: 'bad',
  summary: 'fails',
  measure: async () => {
    throw new PartlyMeasured({ rows: [row('cold', 100)] }, new Error('the simulator ended\nat line 1'));
  },
};
const endless: Part = { name: 'endless', summary: 'never ends', measure: () => new Promise(() => {}) };

function run(parts: readonly Part[], onInterrupt: (interrupted: () => void) => () => void = () => () => {}) {
  const lines: string[] = [];
  return { lines, done: runReport({ root, parts, say: (line) => lines.push(line), onInterrupt }) };
}

describe('runReport', () => {
  it('measures the parts in turn, says what runs, and writes results, page and pictures', async () => {
    const { lines, done } = run([good, { ...good, name: 'next' }]);
    await done;
    expect(lines).toContainEqual(expect.stringMatching(/^\[1\/2] good: works \(0:00 elapsed\)$/));
    expect(lines).toContainEqual(expect.stringMatching(/^\[2\/2] next: works/));
    expect(readResults(root).parts.map(({ name, missing }) => [name, missing])).toEqual([
      ['good', undefined],
      ['next', undefined],
    ]);
    const page = readFileSync(join(root, PAGE), 'utf8');
    expect(page).toContain('| size | 1 kB |');
    expect(page).toMatch(/\nby hand\n$/);
    expect(readdirSync(join(root, 'docs/images'))).toContain('performance-time.svg');
  });

  it('a part that fails → what it measured is kept, the rest is named, the next part is measured', async () => {
    await run([bad, good]).done;
    expect(readResults(root).parts).toMatchObject([
      { name: 'bad', missing: 'the simulator ended', rows: [{ scenario: 'cold', size: 100 }] },
      { name: 'good', figures },
    ]);
  });

  it('interrupted → what is complete is written, the part that runs and all later ones are named as missing', async () => {
    let interrupt = (): void => {};
    const { lines, done } = run([good, endless, good], (interrupted) => {
      interrupt = interrupted;
      return () => {};
    });
    await expect.poll(() => lines.some((line) => line.includes('endless'))).toBe(true);
    interrupt();
    await done;
    expect(readResults(root).parts.map(({ name, missing }) => [name, missing])).toEqual([
      ['good', undefined],
      ['endless', 'the run was interrupted'],
      ['good', 'the run was interrupted'],
    ]);
  });

  it('the page shows the numbers that the results keep, also where rounding decides', async () => {
    const edge: Part = {
      ...good,
      measure: async () => ({ rows: [row('cold', 100, { peakMb: 188.4999, cpuMs: 0.0049 })] }),
    };
    await run([edge]).done;
    const page = readFileSync(join(root, PAGE), 'utf8');
    expect(renderFiles(readResults(root), page).get(PAGE)).toBe(page);
    expect(page).toContain('| 189 MB |');
  });

  it('leaves no file behind that is half-written', async () => {
    await run([good]).done;
    const all = readdirSync(root, { recursive: true, encoding: 'utf8' });
    expect(all.filter((file) => file.endsWith('.draft'))).toEqual([]);
    expect(all).toContain(RESULTS);
  });
});
