import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Clock, systemClock, type Timer } from '../ports.ts';
import { ManifestSet } from './manifest-set.ts';
import { readManifests } from './manifests.ts';
import { type Scan, type ScannedFile, scanFolder } from './scan.ts';
import type { ClusterSource, SourceSink } from './source.ts';

/** The folder of manifests cannot be used: the message is one sentence that says why. */
export class FolderError extends Error {
  override readonly name = 'FolderUnusable';
}

export interface FolderOptions {
  /** Milliseconds of quiet after a change before the folder is read; 30 by default. */
  readonly debounceMs?: number;
  /** Milliseconds between two looks when nothing was heard: the safety net; 2,000 by default. */
  readonly sweepMs?: number;
  /** Bytes that a file may have; 16 MiB by default. */
  readonly maxFileBytes?: number;
  /** Off where the operating system's notices are of no use (some network file systems): the sweep alone looks. */
  readonly watch?: boolean;
  readonly clock?: Clock;
}

const DEFAULTS = { debounceMs: 30, sweepMs: 2_000, maxFileBytes: 16 * 1024 * 1024, watch: true, clock: systemClock };

/**
 * A folder of YAML manifests as the source: read at the start and whenever something in it changes.
 *
 * The operating system's notices are only hints, some file systems give none: what counts is the look at every file's
 * identity, size and times, which a sweep repeats.
 */
export class FolderSource implements ClusterSource {
  readonly #root: string;
  readonly #options: Required<FolderOptions>;
  readonly #manifests = new ManifestSet();
  readonly #signatures = new Map<string, string>();
  readonly #shrunk = new Set<string>();
  #sink: SourceSink | undefined;
  #watcher: FSWatcher | undefined;
  #watched = '';
  /** Device and inode of the folder that was read last. */
  #identity: string | undefined;
  #timer: Timer | undefined;
  #hintedAt: number | undefined;
  #looking: Promise<void> = Promise.resolve();
  #complete: boolean | undefined;

  constructor(root: string, options: FolderOptions = {}) {
    this.#root = resolve(root);
    this.#options = { ...DEFAULTS, ...options };
  }

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    try {
      if (!(await stat(this.#root)).isDirectory()) {
        throw new FolderError(`${this.#root} is a file; a folder of manifests is needed.`);
      }
      // Watching first: what changes during the first look is looked at again.
      await this.#watch();
      await this.#read();
    } catch (error) {
      await this.stop();
      throw unusable(this.#root, error as NodeJS.ErrnoException);
    }
    if (this.#timer === undefined) this.#lookAfter(this.#options.sweepMs);
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#timer?.cancel();
    this.#watcher?.close();
    this.#watcher = undefined;
    await this.#looking;
  }

  /** Something may have changed: look after a moment of quiet, but never wait for it long. */
  #hint(): void {
    const { clock, debounceMs } = this.#options;
    this.#hintedAt ??= clock.now();
    if (clock.now() - this.#hintedAt <= 10 * debounceMs) this.#lookAfter(debounceMs);
  }

  #lookAfter(ms: number): void {
    if (this.#sink === undefined) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      this.#hintedAt = undefined;
      this.#looking = this.#looking.then(() => this.#look());
    });
  }

  async #look(): Promise<void> {
    if (this.#sink === undefined) return;
    const { clock, debounceMs, sweepMs } = this.#options;
    const began = clock.now();
    try {
      await this.#watch();
      await this.#read();
    } catch (error) {
      // The folder itself is away: that says nothing about the objects in it.
      const message = `the folder cannot be read, its last state stays in force: ${(error as Error).message}`;
      if (this.#sink !== undefined) this.#manifests.tell(this.#sink, [{ file: '.', line: 1, message }]);
    }
    // A hint that came during the look has set its own, earlier time.
    if (this.#timer !== undefined) return;
    // A folder so large that a look takes long is looked at less often.
    const rest = Math.max(sweepMs, 10 * (clock.now() - began));
    this.#lookAfter(this.#shrunk.size > 0 ? debounceMs : rest);
  }

  /** Watches the folder that is there now: another one may have taken its name. */
  async #watch(): Promise<void> {
    if (!this.#options.watch) return;
    const identity = await identityOf(this.#root);
    if (this.#watcher !== undefined && this.#watched === identity) return;
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      const watcher = watch(this.#root, { recursive: true }, () => this.#hint());
      // Too many watches, or a folder that vanished: the sweep carries on alone.
      watcher.on('error', () => {
        watcher.close();
        if (this.#watcher === watcher) this.#watched = '';
      });
      this.#watcher = watcher;
      this.#watched = identity;
    } catch {
      this.#watched = '';
    }
  }

  /** A volume that is not mounted shows an empty folder under its name: what another folder lacks is doubtful. */
  async #read(): Promise<void> {
    const before = await identityOf(this.#root);
    const scan = await scanFolder(this.#root);
    const identity = await identityOf(this.#root);
    const another = before !== identity || (this.#identity !== undefined && this.#identity !== identity);
    await this.#take(scan, another);
    this.#identity = identity;
  }

  async #take(scan: Scan, another: boolean): Promise<void> {
    const there = new Set(scan.files.map(({ file }) => file));
    for (const file of scan.files) await this.#file(file);
    for (const file of this.#manifests.files) {
      if (there.has(file) || scan.blind.some((name) => name === file || (name.endsWith('/') && file.startsWith(name))))
        continue;
      this.#manifests.delete(file);
      this.#signatures.delete(file);
    }
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#manifests.tell(sink, scan.problems, another);
    const complete = this.#manifests.complete && scan.blind.length === 0;
    if (complete !== this.#complete) sink.synced(complete);
    this.#complete = complete;
  }

  async #file({ file, path, signature, size }: ScannedFile): Promise<void> {
    const known = this.#signatures.get(file);
    if (known === signature) return;
    // Many editors cut a file to nothing and then write it: nothing is believed at the second look only.
    if (size === 0 && known !== undefined && !this.#shrunk.has(file)) {
      this.#shrunk.add(file);
      return;
    }
    this.#shrunk.delete(file);
    this.#signatures.set(file, signature);
    if (size > this.#options.maxFileBytes) {
      this.#manifests.unreadable(file, `has ${size} bytes, more than ${this.#options.maxFileBytes}`);
      return;
    }
    try {
      const text = await readFile(path, 'utf8');
      this.#manifests.read(file, readManifests(text, file));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.#signatures.delete(file);
      if (code !== 'ENOENT') this.#manifests.unreadable(file, `cannot be read: ${message}`);
    }
  }
}

async function identityOf(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${dev}.${ino}`;
}

function unusable(root: string, error: NodeJS.ErrnoException): FolderError {
  if (error instanceof FolderError) return error;
  if (error.code === 'ENOENT') return new FolderError(`The folder ${root} does not exist.`, { cause: error });
  return new FolderError(`The folder ${root} cannot be read: ${error.message}.`, { cause: error });
}
