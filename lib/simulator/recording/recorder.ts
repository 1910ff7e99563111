import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { ExchangeRecord } from './exchange-record.ts';

const NEWLINE = 0x0a;
const BLOCK = 64 * 1024;

/** Returns where the last whole line ends: 0 if there is none. */
function endOfLines(file: number, size: number): number {
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - BLOCK);
    const block = Buffer.alloc(end - from);
    readSync(file, block, 0, block.length, from);
    const at = block.lastIndexOf(NEWLINE);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}

/**
 * Appends exchanges to a file, one JSON object in each line. A line is written with one call to the end of the file, so that
 * several recorders may share it, and a process that dies leaves at most one torn line. The next recorder cuts it off.
 */
export class Recorder {
  readonly #file: number;

  /** @param path file that only its owner may read; made if it is missing. @throws {NodeJS.ErrnoException} */
  constructor(path: string) {
    // Read and write, so that the end can be looked at; `a` has every write go to the end.
    this.#file = openSync(path, 'a+', 0o600);
    const { size } = fstatSync(this.#file);
    const end = endOfLines(this.#file, size);
    if (end < size) ftruncateSync(this.#file, end);
  }

  /** @throws {NodeJS.ErrnoException} e.g. the disk is full */
  add(record: ExchangeRecord): void {
    writeSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
