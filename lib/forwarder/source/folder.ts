import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Clock, systemClock, type Timer } from '../ports.ts';
import { ManifestSet } from './manifest-set.ts';
import { readManifests } from './manifests.ts';
import { type Scan, type ScannedFile, scanFolder } from './scan.ts';
import type { ClusterSource, SourceSink } from './source.ts';

/** The folder of manifests cannot be used: the message is one sentence with the reason. */
export class FolderError extends Error {
  override readonly name = 'FolderUnusable';
}

export interface FolderOptions {
  /** Quiet time after a change before the folder is read, in milliseconds; 30 by default. */
  readonly debounceMs?: number;
  /** Time between two scans without a notice, in milliseconds: the safety net; 2,000 by default. */
  readonly sweepMs?: number;
  /** Largest size of a file in bytes; 16 MiB by default. */
  readonly maxFileBytes?: number;
  /** False where the operating system sends no useful notices (some network file systems): only the sweep scans. */
  readonly watch?: boolean;
  readonly clock?: Clock;
}

const DEFAULTS = { debounceMs: 30, sweepMs: 2_000, maxFileBytes: 16 * 1024 * 1024, watch: true, clock: systemClock };

/**
 * Reads a folder of YAML manifests as the source: at the start and after each change.
 *
 * The operating system's notices are only hints, and some file systems send none: a scan compares the identity, size and
 * times of every file, and a sweep repeats it.
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
  /** Device and inode of the folder at the last scan. */
  #identity: string | undefined;
  #timer: Timer | undefined;
  #hintedAt: number | undefined;
  #scanning: Promise<void> = Promise.resolve();
  /** The last view that was reported: whether it is complete, and reads the Gateway API. */
  #told: string | undefined;

  constructor(root: string, options: FolderOptions = {}) {
    this.#root = resolve(root);
    this.#options = { ...DEFAULTS, ...options };
  }

  get readsGateways(): boolean {
    return this.#manifests.readsGateways;
  }

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    try {
      if (!(await stat(this.#root)).isDirectory()) {
        throw new FolderError(`${this.#root} is a file. Expected a folder of manifests.`);
      }
      // Watching begins first: a change during the first scan causes another.
      await this.#watch();
      await this.#read();
    } catch (error) {
      await this.stop();
      throw unusable(this.#root, error as NodeJS.ErrnoException);
    }
    if (this.#timer === undefined) this.#scanAfter(this.#options.sweepMs);
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#timer?.cancel();
    this.#watcher?.close();
    this.#watcher = undefined;
    await this.#scanning;
  }

  /** Schedules a scan after a quiet moment, and soon even if changes go on. */
  #hint(): void {
    const { clock, debounceMs } = this.#options;
    this.#hintedAt ??= clock.now();
    if (clock.now() - this.#hintedAt <= 10 * debounceMs) this.#scanAfter(debounceMs);
  }

  #scanAfter(ms: number): void {
    if (this.#sink === undefined) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      this.#hintedAt = undefined;
      this.#scanning = this.#scanning.then(() => this.#scan());
    });
  }

  async #scan(): Promise<void> {
    if (this.#sink === undefined) return;
    const { clock, debounceMs, sweepMs } = this.#options;
    const began = clock.now();
    try {
      await this.#watch();
      await this.#read();
    } catch (error) {
      // The folder itself is missing, which says nothing about its objects.
      const message = `the folder cannot be read, its last state stays in force: ${(error as Error).message}`;
      if (this.#sink !== undefined) this.#manifests.report(this.#sink, [{ file: '.', line: 1, message }]);
    }
    // A hint during the scan has already scheduled the next one.
    if (this.#timer !== undefined) return;
    // A folder that takes long to scan is scanned less often.
    const rest = Math.max(sweepMs, 10 * (clock.now() - began));
    this.#scanAfter(this.#shrunk.size > 0 ? debounceMs : rest);
  }

  /** Watches the current folder: another one may have taken its name. */
  async #watch(): Promise<void> {
    if (!this.#options.watch) return;
    const identity = await identityOf(this.#root);
    // A watcher that begins after the stop would never end.
    if (this.#sink === undefined || (this.#watcher !== undefined && this.#watched === identity)) return;
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      const watcher = watch(this.#root, { recursive: true }, () => this.#hint());
      // Too many watches, or the folder vanished: the sweep goes on alone.
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

  /** An unmounted volume shows an empty folder under its name: objects that another folder lacks are doubted. */
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
    this.#manifests.report(sink, scan.problems, another);
    const complete = this.#manifests.complete && scan.blind.length === 0;
    const told = `${complete} ${this.readsGateways}`;
    if (told !== this.#told) sink.synced(complete);
    this.#told = told;
  }

  async #file({ file, path, signature, size }: ScannedFile): Promise<void> {
    const known = this.#signatures.get(file);
    if (known === signature) return;
    // Many editors truncate a file before they write it: an empty file counts only at the second scan.
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
