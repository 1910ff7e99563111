import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileExists, replaceFile } from '../../../lib/cli/replace-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-replace-'));
  file = join(folder, 'a.yml');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a new file has the mode that was asked for, and nothing lies beside it', () => {
  replaceFile(file, 'new', { mode: 0o600 });
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o600]);
  expect(readdirSync(folder)).toEqual(['a.yml']);
});

it('an existing file is another one afterwards, with its mode: who reads the old one reads all of it', () => {
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  linkSync(file, join(folder, 'reader'));
  replaceFile(file, 'new', { mode: 0o600 });
  expect(readFileSync(join(folder, 'reader'), 'utf8')).toBe('old');
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o640]);
});

it('a link keeps leading to the file, and the file is replaced', () => {
  mkdirSync(join(folder, 'shared'));
  const shared = join(folder, 'shared/a.yml');
  writeFileSync(shared, 'old');
  symlinkSync(shared, file);
  replaceFile(file, 'new');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(shared, 'utf8')).toBe('new');
  expect(readdirSync(join(folder, 'shared'))).toEqual(['a.yml']);
});

it('without replace, an existing file stays as it is', () => {
  writeFileSync(file, 'old');
  expect(() => replaceFile(file, 'new', { replace: false })).toThrow(FileExists);
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.yml']]);
  rmSync(file);
  replaceFile(file, 'new', { replace: false });
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['new', ['a.yml']]);
});

it('without replace, a dangling link counts as a file', () => {
  symlinkSync(join(folder, 'nowhere'), file);
  expect(() => replaceFile(file, 'new', { replace: false })).toThrow(FileExists);
  expect(readdirSync(folder)).toEqual(['a.yml']);
});

it('what is not a file is written to', () => {
  expect(() => replaceFile('/dev/null', 'new')).not.toThrow();
  expect(statSync('/dev/null').isFile()).toBe(false);
});

it('a folder that is missing: the error of the system, and nothing is left', () => {
  expect(() => replaceFile(join(folder, 'none/a.yml'), 'new')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(readdirSync(folder)).toEqual([]);
});
