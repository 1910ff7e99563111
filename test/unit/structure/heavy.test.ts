import { existsSync, globSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asking, HEAVY, HEAVY_TESTS, withMoreRuns } from '../../support/heavy.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('what npm test leaves out', () => {
  it.each(HEAVY)('%s → names a test file', (pattern) => {
    expect(globSync(pattern, { cwd: ROOT }).some((file) => file.endsWith('.test.ts'))).toBe(true);
  });

  it('only test files are run', () => {
    const found = HEAVY_TESTS.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
    expect(found.filter((file) => !file.endsWith('.test.ts'))).toEqual([]);
    expect(found).toContain('test/integration/kubernetes/cluster.test.ts');
  });

  it('test files with more runs are found, this one is not', () => {
    const found = withMoreRuns();
    expect(found).toContain('test/unit/ingress/other-members.test.ts');
    expect(found).not.toContain('test/unit/structure/heavy.test.ts');
    for (const file of found) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });

  it('a module that test files share does not ask how often they run, but where all of them are heavy', () => {
    const shared = asking(ROOT).filter((file) => !file.endsWith('.test.ts'));
    expect(shared.filter((file) => !HEAVY.some((pattern) => matchesGlob(file, pattern)))).toEqual([]);
  });
});
