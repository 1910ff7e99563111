import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSequences, Sequencer, SequencesUnreadable } from '../../../lib/forwarder/publish/sequence.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nspass-sequences-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('FileSequences', () => {
  it('begins at zero, in a folder that need not exist', async () => {
    const store = new FileSequences(join(root, 'a', 'b'));
    expect(await store.read()).toBe(0);
    await store.reserve(1_700_000_060_000);
    expect(await store.read()).toBe(1_700_000_060_000);
    expect(await new FileSequences(join(root, 'a', 'b')).read()).toBe(1_700_000_060_000);
    expect(await readdir(join(root, 'a', 'b'))).toEqual(['sequence.json']);
  });

  it('keeps sequences from going back over restarts, with the clock set back', async () => {
    const before = await Sequencer.open(new FileSequences(root), () => 1_700_000_000_000);
    await before.ensure(1);
    const last = before.next();
    const crashed = await Sequencer.open(new FileSequences(root), () => 1_600_000_000_000);
    await crashed.ensure(1);
    expect(crashed.next()).toBeGreaterThan(last);
  });

  it.each(['', '{"reserved":', '{"reserved":"17"}', '{"reserved":-1}', '{"reserved":1e99}', 'null'])(
    'does not begin at zero when the file is damaged: %j',
    async (text) => {
      await writeFile(join(root, 'sequence.json'), text);
      const reading = new FileSequences(root).read();
      await expect(reading).rejects.toThrow(SequencesUnreadable);
      await expect(reading).rejects.toThrow(/sequence\.json is damaged/);
    },
  );

  it('does not begin at zero when the file cannot be read', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(new FileSequences(join(root, 'file')).read()).rejects.toThrow(SequencesUnreadable);
    await expect(new FileSequences(join(root, 'file')).reserve(1)).rejects.toThrow();
  });
});
