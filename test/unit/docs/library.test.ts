import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as library from '../../../lib/library/index.ts';
import { blocksOf, spansOf } from '../../support/doc-pages.ts';

const PAGE = 'docs/library.md';
const block = (language: string): string => blocksOf(PAGE).find((each) => each.language === language)?.text ?? '';

describe('docs/library.md', () => {
  it('its program runs as it is written, and prints what the page shows', () => {
    const module = pathToFileURL('lib/library/index.ts').href;
    const program = block('ts').replace("'netscaler-passthrough'", JSON.stringify(module));
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module-typescript', '-'], {
      cwd: 'docs/examples',
      input: program,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(block('text'));
    expect(status).toBe(0);
  });

  it('every function and error is there', () => {
    const spans = new Set(spansOf(PAGE));
    expect(Object.keys(library).filter((name) => !spans.has(name))).toEqual([]);
  });
});
