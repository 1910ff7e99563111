import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFile, checkWritable, makeFolder, PathError } from '../../../lib/local-aws/folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'nspass-folder-'));
  writeFileSync(join(base, 'file'), '');
  symlinkSync('loop', join(base, 'loop'));
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('makeFolder', () => {
  it('makes a folder and those above it, and takes one that is there', () => {
    makeFolder(join(base, 'a', 'b', 'c'));
    makeFolder(join(base, 'a', 'b', 'c'));
    expect(existsSync(join(base, 'a', 'b', 'c'))).toBe(true);
  });

  it.each([
    ['a file of that name', () => join(base, 'file'), /file is a file: expected a folder\./],
    ['a file above', () => join(base, 'file', 'a', 'b'), /file is a file: expected a folder\./],
    ['links in a circle', () => join(base, 'loop'), /its links lead in a circle/],
    ['a name that is too long', () => join(base, 'x'.repeat(300)), /the name is too long\. Choose another path\.$/],
    ['a file system that makes no folders', () => '/proc/nspass-test/a', /\/proc\/nspass-test cannot be created: /],
    ['no name', () => '', /name of the folder is empty/],
  ])('says why there is none: %s', (_what, path, message) => {
    expect(() => makeFolder(path())).toThrow(PathError);
    expect(() => makeFolder(path())).toThrow(message);
  });
});

describe('checkWritable', () => {
  it('leaves nothing behind', () => {
    checkWritable(base);
    expect(readdirSync(base).sort()).toEqual(['file', 'loop']);
  });

  it('says why nothing can be written, even to an administrator', () => {
    expect(() => checkWritable('/proc')).toThrow(/^\/proc cannot be written to: /);
  });
});

describe('checkFile', () => {
  it('takes a file that is there or not, and touches neither', () => {
    checkFile(join(base, 'file'));
    checkFile(join(base, 'new'));
    expect(readdirSync(base).sort()).toEqual(['file', 'loop']);
  });

  it.each([
    ['no folder', () => join(base, 'none', 'x'), /the folder .*none does not exist\. Create it first/],
    ['a file instead of the folder', () => join(base, 'file', 'x'), /file is not a folder/],
    ['a folder instead of the file', () => join(base, 'folder'), /is a folder: expected a file/],
    ['a device', () => '/dev/null', /is not a regular file, and would be replaced/],
    ['no name', () => '', /name of the file is empty/],
  ])('says why it cannot be written: %s', (_what, path, message) => {
    mkdirSync(join(base, 'folder'));
    expect(() => checkFile(path())).toThrow(PathError);
    expect(() => checkFile(path())).toThrow(message);
  });
});
