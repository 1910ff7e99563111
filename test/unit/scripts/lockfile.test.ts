import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isPermitted,
  LICENCE_EXCEPTIONS,
  licenceProblems,
  PERMITTED_LICENCES,
  staleExceptions,
} from '../../../scripts/licences.ts';
import { lockfileProblems, type PinningManifest, readLockfile } from '../../../scripts/lockfile.ts';
import { packageChanges } from '../../../scripts/lockfile-changes.ts';
import { changesSince, checkLockfile } from '../../../scripts/supply.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DIGEST = `sha512-${'A'.repeat(86)}==`;
const OTHER = `sha512-${'B'.repeat(86)}==`;
const GOOD = { version: '1.0.0', integrity: DIGEST, license: 'MIT' };
const MANIFEST: PinningManifest = { dependencies: { a: '1.0.0' }, devDependencies: { b: '2.0.0-rc.1' } };

type Places = Record<string, object>;
const lockOf = (packages: Places) => readLockfile(JSON.stringify({ lockfileVersion: 3, packages }));
const problemsOf = (packages: Places, manifest = MANIFEST): string[] => {
  const locked = lockOf({ '': { name: 'project' }, ...packages });
  return [...lockfileProblems(locked, manifest), ...licenceProblems(locked)];
};

describe('the lockfile', () => {
  it('a good one: pinned by sha512, without addresses, permitted licences → no problem', () => {
    const nested = { ...GOOD, license: '(MIT OR CC0-1.0)', dev: true };
    expect(problemsOf({ 'node_modules/a': GOOD, 'node_modules/a/node_modules/@s/b': nested })).toEqual([]);
  });

  it.each<[string, Places, PinningManifest, RegExp]>([
    ['no integrity', { 'node_modules/a': { ...GOOD, integrity: undefined } }, MANIFEST, /^node_modules\/a: no sha512/],
    [
      'a weak digest',
      { 'node_modules/a': { ...GOOD, integrity: 'sha1-AAAA' } },
      MANIFEST,
      /^node_modules\/a: no sha512/,
    ],
    ['a cut digest', { 'node_modules/a': { ...GOOD, integrity: 'sha512-AA==' } }, MANIFEST, /no sha512/],
    [
      'the address of a registry',
      { 'node_modules/a': { ...GOOD, resolved: 'https://registry.example/a.tgz' } },
      MANIFEST,
      /^node_modules\/a: "resolved" names https:\/\/registry\.example\/a\.tgz/,
    ],
    [
      'a repository instead of a package',
      { 'node_modules/a': { ...GOOD, resolved: 'git+ssh://git@example.com/a.git#main' } },
      MANIFEST,
      /"resolved" names git/,
    ],
    [
      'an install script that nobody decided about',
      { 'node_modules/a/node_modules/c': { ...GOOD, hasInstallScript: true } },
      MANIFEST,
      /^node_modules\/a\/node_modules\/c: has an install script.*"c" in allowScripts/,
    ],
    [
      'a decision about a package that has no install script',
      { 'node_modules/a': GOOD },
      { ...MANIFEST, allowScripts: { a: true } },
      /^package\.json: allowScripts names a,/,
    ],
    ['a caret', { 'node_modules/a': GOOD }, { dependencies: { a: '^1.0.0' } }, /^package\.json: a is "\^1\.0\.0"/],
    ['a tilde', { 'node_modules/a': GOOD }, { devDependencies: { a: '~1.0.0' } }, /^package\.json: a is "~1\.0\.0"/],
    ['a tag', { 'node_modules/a': GOOD }, { dependencies: { a: 'latest' } }, /^package\.json: a is "latest"/],
    ['an address', { 'node_modules/a': GOOD }, { dependencies: { a: 'github:b/a' } }, /pin one exact version/],
    [
      'a licence that is not permitted',
      { 'node_modules/a': { ...GOOD, license: 'GPL-3.0-only' } },
      MANIFEST,
      /^node_modules\/a: a package of the run time with the licence GPL-3\.0-only/,
    ],
    ['no licence', { 'node_modules/a': { ...GOOD, license: undefined } }, MANIFEST, /with the licence \(none\)/],
    [
      'an exception for tools, at run time',
      { 'node_modules/lightningcss': { ...GOOD, license: 'MPL-2.0' } },
      MANIFEST,
      /^node_modules\/lightningcss: a package of the run time with the licence MPL-2\.0/,
    ],
    [
      'the licence of an exception, in another development package',
      { 'node_modules/lightningcssx': { ...GOOD, license: 'MPL-2.0', dev: true } },
      MANIFEST,
      /^node_modules\/lightningcssx: a development package with the licence MPL-2\.0/,
    ],
  ])('%s → one problem', (_, packages, manifest, problem) => {
    expect(problemsOf(packages, manifest)).toEqual([expect.stringMatching(problem)]);
  });

  it('install scripts that were decided about, either way → no problem', () => {
    const packages = {
      'node_modules/a': { ...GOOD, hasInstallScript: true },
      'node_modules/b': { ...GOOD, hasInstallScript: true },
    };
    expect(problemsOf(packages, { allowScripts: { a: true, b: false } })).toEqual([]);
  });

  it('a form without packages by place → an error that says what to do', () => {
    expect(() => readLockfile('{"lockfileVersion": 1}')).toThrow(/write it with npm 7 or newer/);
  });

  it('of this project has no problem', () => {
    const { packages, problems } = checkLockfile(ROOT);
    expect(problems).toEqual([]);
    expect(packages).toBeGreaterThan(100);
  });
});

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['MIT OR GPL-3.0-only', true],
    ['(GPL-3.0-only OR MIT)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only OR AGPL-3.0-only', false],
    // Mixed ones are left to a reader.
    ['MIT OR ISC AND GPL-3.0-only', false],
    ['(MIT OR ISC) AND (GPL-3.0-only)', false],
    ['Apache-2.0 WITH LLVM-exception', false],
    ['SEE LICENSE IN LICENSE', false],
    ['mit', false],
    ['', false],
  ])('%s → %s', (expression, permitted) => {
    expect(isPermitted(expression)).toBe(permitted);
  });

  it('an exception that no package needs → a problem', () => {
    const used = lockOf({ 'node_modules/caniuse-lite': { ...GOOD, license: 'CC-BY-4.0', dev: true } });
    expect(staleExceptions(used)).toHaveLength(LICENCE_EXCEPTIONS.length - 1);
    expect(staleExceptions(used).join()).not.toContain('caniuse-lite');
  });

  it('exceptions are none of the permitted licences', () => {
    for (const { licence } of LICENCE_EXCEPTIONS) expect(PERMITTED_LICENCES).not.toContain(licence);
  });
});

describe('changes of the lockfile, for a review', () => {
  const before = lockOf({
    'node_modules/gone': GOOD,
    'node_modules/other-content': GOOD,
    'node_modules/raised': GOOD,
    'node_modules/relicensed': GOOD,
    'node_modules/same': GOOD,
    'node_modules/scripted': GOOD,
  });
  const after = lockOf({
    'node_modules/new': { ...GOOD, license: 'ISC', dev: true },
    'node_modules/other-content': { ...GOOD, integrity: OTHER },
    'node_modules/raised': { ...GOOD, version: '1.1.0', integrity: OTHER },
    'node_modules/relicensed': { ...GOOD, version: '2.0.0', license: 'ISC', integrity: OTHER },
    'node_modules/same': GOOD,
    'node_modules/scripted': { ...GOOD, hasInstallScript: true },
  });

  it('added, changed and removed packages are listed with licence and reach, unchanged ones are not', () => {
    expect(packageChanges(before, after)).toEqual([
      '- node_modules/gone 1.0.0',
      '+ node_modules/new 1.0.0 (ISC, development)',
      '! node_modules/other-content 1.0.0 (MIT, run time): same version, other content',
      '~ node_modules/raised 1.0.0 → 1.1.0 (MIT, run time)',
      '~ node_modules/relicensed 1.0.0 → 2.0.0 (MIT, run time → ISC, run time)',
      '~ node_modules/scripted 1.0.0 (MIT, run time → MIT, run time, install script)',
    ]);
  });

  describe('since a commit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nspass-lockfile-'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
    const write = (packages: Places) =>
      writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    beforeAll(() => {
      write({ 'node_modules/a': GOOD });
      git('init', '--quiet');
      git('add', '.');
      git('commit', '--quiet', '--message=x');
      write({ 'node_modules/a': { ...GOOD, version: '1.0.1' } });
    });

    it('the file of the commit is compared with that of the folder', () => {
      expect(changesSince(folder, 'HEAD')).toEqual(['~ node_modules/a 1.0.0 → 1.0.1 (MIT, run time)']);
    });

    it.each(['no-such-branch', '--output=written'])('%s is not a commit → an error', (ref) => {
      expect(() => changesSince(folder, ref)).toThrow(/fatal/);
      expect(readdirSync(folder).filter((name) => name.startsWith('written'))).toEqual([]);
    });
  });
});
