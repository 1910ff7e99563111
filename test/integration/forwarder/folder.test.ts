import { appendFile, chmod, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderError, type FolderOptions, FolderSource } from '../../../lib/forwarder/source/folder.ts';
import type { SourceSink } from '../../../lib/forwarder/source/source.ts';
import { settles } from '../../support/eventually.ts';

const service = (name: string, port = 443): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: ${port}}]}\n`;
const isRoot = process.getuid?.() === 0;

let root: string;
let folder: string;
const running: FolderSource[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nspass-folder-'));
  folder = join(root, 'manifests');
  await mkdir(folder);
});

afterEach(async () => {
  for (const source of running.splice(0)) await source.stop();
  await rm(root, { recursive: true, force: true });
});

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** Watches the folder; `there` is what the sink was told to be there. */
async function watched(options: FolderOptions = {}) {
  const there = new Map<string, number | undefined>();
  const syncs: boolean[] = [];
  const missing: string[] = [];
  let problems: string[] = [];
  const sink: SourceSink = {
    upsert: (object) =>
      there.set(object.metadata.name, object.kind === 'Service' ? object.spec.ports?.[0]?.port : undefined),
    remove: (_, __, name) => there.delete(name),
    missing: (kind, objects) => {
      for (const { name } of objects) {
        there.delete(name);
        missing.push(`${kind} ${name}`);
      }
    },
    synced: (complete) => syncs.push(complete),
    problems: (now) => {
      problems = now.map(({ file, line, message }) => `${file}:${line} ${message}`);
    },
  };
  const source = new FolderSource(folder, { debounceMs: 10, sweepMs: 50, ...options });
  running.push(source);
  await source.start(sink);
  return { source, syncs, there, missing, problems: () => problems, names: () => [...there.keys()].sort() };
}

describe('FolderSource: what is read', () => {
  it('manifests in the folder and below, in YAML and JSON, told before it is synced', async () => {
    await put('a.yaml', service('a'));
    await put('b.yml', service('b'));
    await put('deep/er/c.JSON', JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'c' } }));
    await put('README.md', service('readme'));
    await put('.hidden.yaml', service('hidden'));
    await put('.git/config.yaml', service('git'));
    const { names, syncs } = await watched();
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(syncs).toEqual([true]);
  });

  it('nothing from an empty folder', async () => {
    expect(await watched()).toMatchObject({ syncs: [true] });
  });

  it('links to files within the folder, as a mounted ConfigMap has them; none out of it', async () => {
    await put('..data-1/a.yaml', service('a'));
    await symlink('..data-1', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    await writeFile(join(root, 'secret.yaml'), service('secret'));
    await symlink('../secret.yaml', join(folder, 'secret.yaml'));
    await symlink('..', join(folder, 'up'));
    await symlink('missing.yaml', join(folder, 'dangling.yaml'));
    const { names, problems, syncs } = await watched();
    expect(names()).toEqual(['a']);
    expect(problems()).toEqual(['secret.yaml:1 is a link out of the folder, which is not followed']);
    expect(syncs).toEqual([true]);
  });

  it('no TLSRoute, and it is said of each', async () => {
    const route = (name: string) =>
      `apiVersion: gateway.networking.k8s.io/v1\nkind: TLSRoute\nmetadata: {name: ${name}, namespace: shop}\n`;
    await put('a.yaml', `${route('web')}---\n${service('a')}`);
    const { names, problems } = await watched();
    expect(names()).toEqual(['a']);
    expect(problems()).toEqual([
      'a.yaml:1 TLSRoute shop/web: requests passthrough, but is not routed yet: use an Ingress',
    ]);
  });

  it('a file within bounds only', async () => {
    await put('a.yaml', service('a'));
    await put('large.yaml', `${service('large')}# ${'x'.repeat(500)}\n`);
    const { names, problems, syncs } = await watched({ maxFileBytes: 200 });
    expect(names()).toEqual(['a']);
    expect(problems()).toEqual([expect.stringMatching(/^large\.yaml:1 has \d+ bytes, more than 200$/)]);
    expect(syncs).toEqual([false]);
  });
});

describe('FolderSource: changes', () => {
  // Once by the notices of the operating system, once by the sweep alone, as on file systems that give none.
  const ways: [name: string, options: FolderOptions][] = [
    ['by notice', { debounceMs: 10, sweepMs: 60_000 }],
    ['by sweep', { debounceMs: 60_000, sweepMs: 20 }],
  ];
  it.each(ways)('are seen %s', async (way, options) => {
    await put('a.yaml', service('a'));
    const { names, there } = await watched(way === 'by sweep' ? { ...options, watch: false } : options);
    await put('b.yaml', service('b'));
    await settles(() => expect(names()).toEqual(['a', 'b']));
    await put('a.yaml', service('a', 8443));
    await settles(() => expect(there.get('a')).toBe(8443));
    await unlink(join(folder, 'b.yaml'));
    await settles(() => expect(names()).toEqual(['a']));
  });

  it('are seen in folders that were not there before, and when these go', async () => {
    await put('a.yaml', service('a'));
    // With the sweep: a notice may come before the new folder is watched itself.
    const { names } = await watched({ debounceMs: 10, sweepMs: 500 });
    await put('new/deep/c.yaml', service('c'));
    await settles(() => expect(names()).toEqual(['a', 'c']));
    await put('new/deep/d.yaml', service('d'));
    await settles(() => expect(names()).toEqual(['a', 'c', 'd']));
    await rm(join(folder, 'new'), { recursive: true });
    await settles(() => expect(names()).toEqual(['a']));
  });

  it('by editors that write another file and rename it', async () => {
    await put('a.yaml', service('a'));
    const { there } = await watched();
    for (const port of [1, 2, 3]) {
      await put('.a.yaml.swp', service('a', port));
      await rename(join(folder, '.a.yaml.swp'), join(folder, 'a.yaml'));
      await settles(() => expect(there.get('a')).toBe(port));
    }
  });

  it('by a ConfigMap that swaps its folder', async () => {
    await put('..data-1/a.yaml', service('a', 1));
    await symlink('..data-1', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    const { there } = await watched();
    await put('..data-2/a.yaml', service('a', 2));
    await symlink('..data-2', join(folder, '..data.tmp'));
    await rename(join(folder, '..data.tmp'), join(folder, '..data'));
    await settles(() => expect(there.get('a')).toBe(2));
  });

  it('that never end are told all the same', async () => {
    await put('a.yaml', service('a'));
    const { names } = await watched({ debounceMs: 40, sweepMs: 60_000 });
    await put('b.yaml', service('b'));
    const noise = setInterval(() => void appendFile(join(folder, 'noise.log'), 'x'), 5);
    try {
      await settles(() => expect(names()).toEqual(['a', 'b']));
    } finally {
      clearInterval(noise);
    }
  });

  it('LIF-6: what a broken file said stays, until it can be read again', async () => {
    await put('a.yaml', service('a'));
    const { names, problems, there, syncs } = await watched();
    await put('a.yaml', 'apiVersion: v1\nkind: [');
    await settles(() => expect(problems()).toHaveLength(2));
    expect(problems()[0]).toMatch(/^a\.yaml:\d is not valid YAML/);
    expect(names()).toEqual(['a']);
    await put('a.yaml', service('a', 8443));
    await settles(() => expect(there.get('a')).toBe(8443));
    expect(problems()).toEqual([]);
    expect(syncs).toEqual([true]);
  });

  it('LIF-6: a file that is broken from the start makes the view incomplete until it can be read', async () => {
    await put('a.yaml', service('a'));
    await put('b.yaml', 'apiVersion: [');
    const { names, syncs } = await watched();
    expect(names()).toEqual(['a']);
    expect(syncs).toEqual([false]);
    await put('b.yaml', service('b'));
    await settles(() => expect(syncs).toEqual([false, true]));
    expect(names()).toEqual(['a', 'b']);
  });

  it('LIF-6: the folder itself gone says nothing about what was in it; another one in its place does', async () => {
    await put('a.yaml', service('a'));
    const { names, problems, missing } = await watched();
    await rename(folder, join(root, 'away'));
    await settles(() =>
      expect(problems()).toEqual([expect.stringMatching(/^\.:1 the folder cannot be read, its last state stays/)]),
    );
    expect(names()).toEqual(['a']);
    await mkdir(folder);
    await put('b.yaml', service('b'));
    await settles(() => expect(names()).toEqual(['b']));
    // LIF-6: another folder has the name now, as where a volume is not mounted: nobody deleted what it lacks.
    expect(missing).toEqual(['Service a']);
    expect(problems()).toEqual([]);
    await put('c.yaml', service('c'));
    await settles(() => expect(names()).toEqual(['b', 'c']));
  });

  it.skipIf(isRoot)('LIF-6: a file or folder that may not be read hides what is in it', async () => {
    await put('a.yaml', service('a'));
    await put('sub/b.yaml', service('b'));
    const { names, problems, syncs } = await watched();
    await chmod(join(folder, 'sub'), 0);
    await put('c.yaml', service('c'));
    await settles(() => expect(names()).toEqual(['a', 'b', 'c']));
    await settles(() => expect(problems()).toEqual([expect.stringMatching(/^sub:1 cannot be read/)]));
    expect(syncs).toEqual([true, false]);
    await chmod(join(folder, 'sub'), 0o755);
    await settles(() => expect(syncs).toEqual([true, false, true]));
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('LIF-6: a file that cannot be looked at keeps what it said, and hides what it may say now', async () => {
    await put('a.yaml', service('a'));
    await put('b.yaml', service('b'));
    const { names, problems, syncs } = await watched();
    await unlink(join(folder, 'a.yaml'));
    // A circle of links, which no user can look behind.
    await symlink('a.yaml', join(folder, 'circle.yaml'));
    await symlink('circle.yaml', join(folder, 'a.yaml'));
    await put('c.yaml', service('c'));
    await settles(() => expect(names()).toContain('c'));
    await settles(() => expect(syncs).toEqual([true, false]));
    expect(problems()).toEqual([
      expect.stringMatching(/^a\.yaml:1 cannot be read/),
      expect.stringMatching(/^circle\.yaml:1 cannot be read/),
    ]);
    expect(names()).toContain('a');
    await unlink(join(folder, 'circle.yaml'));
    await settles(() => expect(syncs).toEqual([true, false, true]));
    expect(names()).toEqual(['b', 'c']);
  });

  it('a file emptied for a moment, as some editors write, deletes nothing; emptied for good does', async () => {
    await put('a.yaml', service('a'));
    const { names, there } = await watched({ debounceMs: 30, sweepMs: 60_000 });
    const seen: string[][] = [];
    const looking = setInterval(() => seen.push(names()), 2);
    for (let round = 1; round <= 3; round += 1) {
      await put('a.yaml', '');
      await put('a.yaml', service('a', round));
      await settles(() => expect(there.get('a')).toBe(round));
    }
    clearInterval(looking);
    expect(seen.every((each) => each.length === 1)).toBe(true);
    await put('a.yaml', '');
    await settles(() => expect(names()).toEqual([]));
  });

  it('a stop during a scan leaves no watcher, which would keep the process alive', async () => {
    await put('a.yaml', service('a'));
    const watchers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
    const before = watchers();
    const due: (() => void)[] = [];
    const after = (_ms: number, action: () => void) => {
      due.push(action);
      return { cancel: () => due.splice(due.indexOf(action), 1) };
    };
    const { source } = await watched({ clock: { now: Date.now, after } });
    expect(watchers()).toBeGreaterThan(before);
    // The scan waits for the file system when the source is stopped.
    for (const action of due.splice(0)) action();
    await Promise.resolve();
    await source.stop();
    await settles(() => expect(watchers()).toBe(before));
  });

  it('after a stop are not told', async () => {
    const { source, names } = await watched();
    await source.stop();
    await put('a.yaml', service('a'));
    const later = new FolderSource(folder);
    running.push(later);
    let told = 0;
    await later.start({
      upsert: () => {
        told += 1;
      },
      remove: () => {},
      missing: () => {},
      synced: () => {},
      problems: () => {},
    });
    expect(told).toBe(1);
    expect(names()).toEqual([]);
  });
});

describe('FolderUnusable: one sentence that says why', () => {
  const sink: SourceSink = {
    upsert: () => {},
    remove: () => {},
    missing: () => {},
    synced: () => {},
    problems: () => {},
  };

  it('does not exist', async () => {
    const start = new FolderSource(join(root, 'nowhere')).start(sink);
    await expect(start).rejects.toThrow(FolderError);
    await expect(start).rejects.toThrow(`The folder ${join(root, 'nowhere')} does not exist.`);
  });

  it('is a file', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(new FolderSource(join(root, 'file')).start(sink)).rejects.toThrow(
      `${join(root, 'file')} is a file. Expected a folder of manifests.`,
    );
  });

  it.skipIf(isRoot)('may not be read', async () => {
    await chmod(folder, 0);
    await expect(new FolderSource(folder).start(sink)).rejects.toThrow(/^The folder .* cannot be read: EACCES/);
    await chmod(folder, 0o755);
  });
});
