import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PAGE, readResults, renderFiles } from '../../../bench/report/files.ts';
import { BEGIN, END, renderPage } from '../../../bench/report/page.ts';
import { part, results, row } from './sample.ts';

const PAGE_TEXT = `# Title\n\n${BEGIN}\nold\n${END}\n\n## Written by hand\n`;

const render = (...args: Parameters<typeof results>): string => renderPage(PAGE_TEXT, results(...args));

describe('renderPage', () => {
  it('replaces what is between the markers, and keeps the rest; twice is the same', () => {
    const once = render([part('a')]);
    expect(once).toMatch(/^# Title\n/);
    expect(once).toMatch(/\n## Written by hand\n$/);
    expect(once).not.toContain('\nold\n');
    expect(renderPage(once, results([part('a')]))).toBe(once);
  });

  it('a page without the markers is refused', () => {
    expect(() => renderPage('# Title\n', results([]))).toThrow('docs/performance.md needs the lines');
  });

  it('names machine, Node, commit and date, and warns of a load above the cores', () => {
    expect(render([])).toContain('Measured on 2026-01-02 on commit `abc1234` with Node v24.0.0 on 2 cores');
    expect(render([])).not.toContain('**The load');
    expect(render([part('a', { load: 14.2 })])).toContain('**The load was up to 14.2 on 2 cores');
  });

  it('says how long each part took', () => {
    const page = render([part('archive', { seconds: 61.5 })], { seconds: 600 });
    expect(page).toContain('All parts took 10 min 0 s.');
    expect(page).toContain('| `archive` | 61.5 s | 0.5 |');
  });

  it('names what is missing, and why', () => {
    expect(render([part('archive', { missing: 'the simulator ended' })])).toContain('- `archive`: the simulator ended');
  });

  it('a row shows requests, bytes, time, processor and memory, and the limit beside them', () => {
    expect(render([part('estate-10000', { rows: [row('cold', 10_000)] })])).toContain(
      '| 10,000 | 220 (200) | 23 MB | 900 B | 6.0 s | 2.5 s | 300 MB | 200 | 5.0 s | 1.20 |',
    );
  });

  it('one call for each object is measured where it was, and estimated in proportion elsewhere', () => {
    const { limit } = row('cold', 1_000);
    const each = { ...limit!, requests: 13_000, wallMs: 4_000 };
    const page = render([part('estates', { rows: [row('cold', 1_000, {}, { each }), row('cold', 10_000)] })]);
    expect(page).toContain('| 1,000 | 13,000 | 4.0 s | measured | 6.0 s | 0.67 |');
    expect(page).toContain('| 10,000 | 130,000 | 40.0 s | estimated | 6.0 s | 6.67 |');
  });

  it('figures of a part have a section, with a histogram where single values are known', () => {
    const figures = [{ what: 'a | b', measured: '<1 ms', target: '≤ 2 ms', met: false, samples: [1, 2] }];
    const page = render([part('pipeline', { figures })]);
    expect(page).toContain('## Pipeline');
    expect(page).toContain('| a \\| b | &lt;1 ms | ≤ 2 ms | **no** |');
    expect(page).toContain('images/performance-pipeline.svg');
  });
});

describe('docs/performance.md', () => {
  it('agrees with the results of the last run, and so do its pictures', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const [file, text] of renderFiles(readResults('.'), page)) {
      expect(readFileSync(file, 'utf8') === text, `${file} is current: \`npm run bench\` writes it`).toBe(true);
    }
  });
});
