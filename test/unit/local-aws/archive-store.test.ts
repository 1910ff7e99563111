import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveError, type ArchiveStore, fileArchive, memoryArchive } from '../../../lib/local-aws/archive-store.ts';
import { envelope } from './envelopes.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nspass-archive-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ids = (store: ArchiveStore, from = 0, to = Number.POSITIVE_INFINITY) => store.read(from, to).map(({ id }) => id);

describe.each([
  ['in memory', () => memoryArchive()],
  ['in a file', () => fileArchive(directory, 'a')],
])('an archive %s', (_name, open) => {
  it('keeps events in the order of their arrival', () => {
    const store = open();
    store.append([envelope('b', 5), envelope('a', 3)]);
    store.append([envelope('c', 4)]);
    expect(ids(store)).toEqual(['b', 'a', 'c']);
    expect(store.count).toBe(3);
    expect(store.bytes).toBeGreaterThanOrEqual(3 * JSON.stringify(envelope('a')).length);
  });

  it('reads a range of times, both ends included', () => {
    const store = open();
    store.append([1, 2, 3, 4].map((second) => envelope(String(second), second)));
    expect(ids(store, 2000, 3000)).toEqual(['2', '3']);
  });

  it('forgets everything when it is removed', () => {
    const store = open();
    store.append([envelope('a')]);
    store.remove();
    expect([store.count, store.bytes]).toEqual([0, 0]);
    expect(ids(store)).toEqual([]);
  });
});

describe('an archive in a file, over restarts', () => {
  it('finds its events again', () => {
    const first = fileArchive(directory, 'a');
    first.append([envelope('a'), envelope('ü')]);
    first.close();
    const again = fileArchive(directory, 'a');
    expect(again.count).toBe(2);
    expect(again.bytes).toBe(first.bytes);
    again.append([envelope('c')]);
    expect(ids(again)).toEqual(['a', 'ü', 'c']);
  });

  it('drops a torn last line, and what comes next is whole', () => {
    const first = fileArchive(directory, 'a');
    first.append([envelope('a'), envelope('b')]);
    first.close();
    const path = join(directory, 'a.jsonl');
    const whole = statSync(path).size;
    appendFileSync(path, JSON.stringify(envelope('torn')).slice(0, 40));
    const again = fileArchive(directory, 'a');
    expect(statSync(path).size).toBe(whole);
    again.append([envelope('c')]);
    expect(ids(again)).toEqual(['a', 'b', 'c']);
  });

  it('drops everything where the first line is torn', () => {
    writeFileSync(join(directory, 'a.jsonl'), '{"version":"0"');
    const store = fileArchive(directory, 'a');
    expect([store.count, store.bytes]).toEqual([0, 0]);
  });

  it('skips a line in the middle that is no event', () => {
    const path = join(directory, 'a.jsonl');
    writeFileSync(path, `${JSON.stringify(envelope('a'))}\n\0\0\0\n[]\n${JSON.stringify(envelope('b'))}\n`);
    expect(ids(fileArchive(directory, 'a'))).toEqual(['a', 'b']);
  });

  it('survives a crash after any byte', () => {
    const path = join(directory, 'a.jsonl');
    const first = fileArchive(directory, 'a');
    first.append([envelope('a'), envelope('b')]);
    first.close();
    const content = readFileSync(path);
    const oneLine = content.indexOf(0x0a) + 1;
    for (let length = 0; length <= content.length; length += 7) {
      writeFileSync(path, content.subarray(0, length));
      const store = fileArchive(directory, 'a');
      expect(ids(store)).toEqual(['a', 'b'].slice(0, Math.floor(length / oneLine)));
      store.close();
    }
  });

  it('takes no more events when it is closed', () => {
    const store = fileArchive(directory, 'a');
    store.close();
    store.close();
    expect(() => store.append([envelope('a')])).toThrow('archive a is closed');
  });

  it('says in one sentence why a folder cannot be used', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => fileArchive(join(directory, 'file'), 'a')).toThrow(ArchiveError);
    expect(() => fileArchive(join(directory, 'file'), 'a')).toThrow(/a\.jsonl cannot be used as archive: /);
  });
});
