import { closeSync, fdatasyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from './envelope.ts';
import { makeFolder } from './folder.ts';

/** Keeps the events of one archive, in order of arrival. */
export interface ArchiveStore {
  append(events: readonly Envelope[]): void;
  /** Returns the events with a time in [from, to], in milliseconds since the epoch. */
  read(from: number, to: number): Envelope[];
  readonly count: number;
  /** Size of the events as JSON, in bytes. */
  readonly bytes: number;
  /** Flushes everything to the disk, and closes the store. */
  close(): void;
  /** Closes the store, and deletes the events. */
  remove(): void;
}

/** Creates an archive in memory. */
export function memoryArchive(): ArchiveStore {
  let events: Envelope[] = [];
  let bytes = 0;
  return {
    append(more) {
      for (const event of more) {
        events.push(event);
        bytes += Buffer.byteLength(JSON.stringify(event));
      }
    },
    read: (from, to) => events.filter((event) => isBetween(event, from, to)),
    get count() {
      return events.length;
    },
    get bytes() {
      return bytes;
    },
    close() {},
    remove() {
      events = [];
      bytes = 0;
    },
  };
}

/** The file of an archive cannot be opened or read. The message is for the user who chose the folder. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`${path} cannot be used as archive: ${cause.message}`, { cause });
  }
}

/**
 * Opens an archive in a file with one event per line, which is only appended to.
 *
 * Each append is one write, so a process that dies leaves at most a torn last line. The next opening cuts that line off; no
 * caller was told that it was kept. The file is flushed to the disk on `close`, so that a loss of power may lose the last
 * events, which is acceptable on one machine.
 *
 * @param name without path separators; requests validate it.
 */
export function fileArchive(directory: string, name: string): ArchiveStore {
  const path = join(directory, `${name}.jsonl`);
  let file: number | undefined;
  let kept: ReturnType<typeof wholeLines>;
  try {
    makeFolder(directory);
    file = openSync(path, 'a');
    kept = wholeLines(path);
  } catch (error) {
    throw new ArchiveError(path, error as NodeJS.ErrnoException);
  }
  let { bytes } = kept;
  let count = kept.events.length;
  // Reading the file again is cheap compared to a replay, and events do not stay in memory between replays.
  const shut = () => {
    if (file === undefined) return;
    fdatasyncSync(file);
    closeSync(file);
    file = undefined;
  };
  return {
    append(events) {
      if (file === undefined) throw new Error(`archive ${name} is closed`);
      const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      bytes += writeSync(file, text);
      count += events.length;
    },
    read: (from, to) => wholeLines(path).events.filter((event) => isBetween(event, from, to)),
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
    close: shut,
    remove() {
      shut();
      truncateSync(path);
      bytes = 0;
      count = 0;
    },
  };
}

/** Reads a file up to its last whole line, and cuts off the rest. */
function wholeLines(path: string): { events: Envelope[]; bytes: number } {
  const content = readFileSync(path);
  const bytes = content.lastIndexOf(0x0a) + 1;
  if (bytes < content.length) truncateSync(path, bytes);
  const events: Envelope[] = [];
  for (const line of content.subarray(0, bytes).toString('utf8').split('\n')) {
    const event = parseLine(line);
    if (event !== undefined) events.push(event);
  }
  return { events, bytes };
}

/** Parses a line. @returns undefined if it is not an event, such as a block that was not written before a power loss. */
function parseLine(line: string): Envelope | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null && 'time' in json && 'detail' in json
      ? (json as Envelope)
      : undefined;
  } catch {
    return undefined;
  }
}

function isBetween(event: Envelope, from: number, to: number): boolean {
  const time = Date.parse(event.time);
  return from <= time && time <= to;
}
