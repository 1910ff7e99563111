// Writes the results of conformance runs into docs/quality.md: node scripts/conformance-results.ts REPORT.json…
// Each report is what `nspass conformance -o json` prints. Nothing of the section is written by hand.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ConformanceRun, renderResults } from './conformance-section.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/quality.md');
const BEGIN = '<!-- conformance results: node scripts/conformance-results.ts -->';
const END = '<!-- end of conformance results -->';

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write('Usage: node scripts/conformance-results.ts REPORT.json…\n');
  process.exit(2);
}
const runs = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as ConformanceRun);
const commit = execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`${PAGE} has no section between ${BEGIN} and ${END}`);
const text = `${before}${BEGIN}\n\n${renderResults(runs, commit)}\n\n${END}${after}`;
const formatted = execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${PAGE}`], {
  cwd: ROOT,
  input: text,
  encoding: 'utf8',
});
writeFileSync(PAGE, formatted);
process.stdout.write(`wrote the results of ${runs.length} runs at ${commit} into docs/quality.md\n`);
