import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './run.ts';
import type { Schedule } from './schedule.ts';

const FILES = globSync('test/bad-days/found/*.json').sort();

describe('schedules that once broke an invariant', () => {
  it.each(FILES.map((file) => [basename(file, '.json'), file]))('%s', async (_, file) => {
    const { violations } = await run(JSON.parse(readFileSync(file, 'utf8')) as Schedule);
    expect(violations.slice(0, 3)).toEqual([]);
  });
});
