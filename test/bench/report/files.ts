import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../../lib/cli/replace-file.ts';
import { renderPage } from './page.ts';
import { plotsOf } from './plots.ts';
import type { Results } from './results.ts';

export const RESULTS = 'test/bench/results.json';
export const PAGE = 'docs/performance.md';
const IMAGES = 'docs/images';

/** Returns every file that follows from the results: path → content. @param page the page as it is. */
export function renderFiles(results: Results, page: string): Map<string, string> {
  const images = [...plotsOf(results)].map(([name, svg]): [string, string] => [`${IMAGES}/${name}`, svg]);
  return new Map([[PAGE, renderPage(page, results)], ...images]);
}

/** Reads the results of the last run. */
export function readResults(root: string): Results {
  return JSON.parse(readFileSync(join(root, RESULTS), 'utf8')) as Results;
}

/** Writes the results and all that follows from them. A file is replaced in one step, so none is ever half-written. */
export function writeReport(root: string, results: Results): string[] {
  const kept = `${JSON.stringify(results, rounded, 1)}\n`;
  // The page follows from the numbers as they are kept, not from those with more digits.
  const files = renderFiles(JSON.parse(kept) as Results, readFileSync(join(root, PAGE), 'utf8'));
  const all = [[RESULTS, kept], ...files] as const;
  for (const [file, text] of all) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    replaceFile(join(root, file), text);
  }
  return all.map(([file]) => file);
}

/** More digits than these say nothing. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Math.round(value * 100) / 100 : value;
}
