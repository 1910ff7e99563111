import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newConfiguration } from '../../../../lib/cli/init/configuration-text.ts';
import { chooseDestination, contentWith, writeDestination } from '../../../../lib/cli/init/destination.ts';
import { Cancelled, type Prompter } from '../../../../lib/cli/init/prompter.ts';
import { UsageError } from '../../../../lib/cli/usage.ts';

const entry = (name: string) => ({
  name,
  clusters: ['prod'],
  endpoints: ['https://10.0.0.5'],
  credentials: { secret: 's' },
});
const EDGE = newConfiguration(entry('edge'));

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nspass-destination-'));
  file = join(folder, 'appliances.yml');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A person who chooses one answer. */
const choosing = (value: string): Prompter =>
  ({
    choose: async ({ options, initial }: { options: { value: string }[]; initial: string }) =>
      options.find((option) => option.value === value)?.value ?? initial,
  }) as unknown as Prompter;

describe('an existing file', () => {
  it.each<[string, object, Prompter | undefined, string]>([
    ['--add', { add: true }, undefined, 'add'],
    ['--force', { force: true }, undefined, 'replace'],
    ['the answer add', {}, choosing('add'), 'add'],
    ['the answer replace', {}, choosing('replace'), 'replace'],
  ])('%s → %s', async (_what, flags, prompter, action) => {
    writeFileSync(file, EDGE);
    expect((await chooseDestination(file, flags, prompter)).action).toBe(action);
  });

  it.each<[string, object, Prompter | undefined, string, typeof UsageError | typeof Cancelled]>([
    ['nobody can be asked', {}, undefined, EDGE, UsageError],
    ['the answer nothing', {}, choosing('cancel'), EDGE, Cancelled],
    ['both flags', { add: true, force: true }, undefined, EDGE, UsageError],
    ['the loader refuses it', { add: true }, undefined, 'appliances: []\n', UsageError],
    ['it is not text', { add: true }, undefined, '\0', UsageError],
  ])('%s: nothing is chosen', async (_what, flags, prompter, text, kind) => {
    writeFileSync(file, text);
    await expect(chooseDestination(file, flags, prompter)).rejects.toThrow(kind);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('a link to nowhere is a file: it is not replaced unasked', async () => {
    symlinkSync(join(folder, 'nowhere'), file);
    await expect(chooseDestination(file, {}, undefined)).rejects.toThrow(`${file} exists`);
  });

  it('the flags mean nothing where there is no file', async () => {
    for (const flags of [{}, { add: true }, { force: true }]) {
      expect((await chooseDestination(file, flags, undefined)).action).toBe('create');
    }
  });

  it('a folder that is missing is reported before any question', async () => {
    await expect(chooseDestination(join(folder, 'none/a.yml'), {}, choosing('add'))).rejects.toThrow(
      `none/a.yml cannot be made: ${join(folder, 'none')} is not a folder.`,
    );
  });
});

describe('writing', () => {
  it('a file that was made meanwhile stays', async () => {
    const destination = await chooseDestination(file, {}, undefined);
    writeFileSync(file, '# mine\n');
    const write = (): void => writeDestination(file, contentWith(entry('lab'), destination), destination);
    expect(write).toThrow(`${file} was made meanwhile: nothing was written.`);
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  });

  it('a file that was changed meanwhile stays', async () => {
    writeFileSync(file, EDGE);
    const destination = await chooseDestination(file, { add: true }, undefined);
    writeFileSync(file, `${EDGE}# mine\n`);
    const write = (): void => writeDestination(file, contentWith(entry('lab'), destination), destination);
    expect(write).toThrow(`${file} was changed meanwhile: nothing was written.`);
    expect(readFileSync(file, 'utf8')).toBe(`${EDGE}# mine\n`);
  });

  it('a folder that went meanwhile: a usage error with the file', async () => {
    const destination = await chooseDestination(file, {}, undefined);
    rmSync(folder, { recursive: true });
    expect(() => writeDestination(file, EDGE, destination)).toThrow(new UsageError(`${file} does not exist.`));
    expect(existsSync(folder)).toBe(false);
    folder = mkdtempSync(join(tmpdir(), 'nspass-destination-'));
  });
});
