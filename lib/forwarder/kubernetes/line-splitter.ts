const NEWLINE = 0x0a;

/** Bytes of a line: it holds one object, and etcd accepts 1.5 MB. */
export const MAX_LINE = 8 * 1024 * 1024;

/** Splits the stream of a watch into its frames, one JSON a line. An unfinished last line is dropped. */
export class LineSplitter {
  readonly #line: (json: Buffer) => void;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** @param line takes the JSON of each line, which it must not keep. */
  constructor(line: (json: Buffer) => void) {
    this.#line = line;
  }

  /** @throws {Error} where a line is too long, and every error of the callback. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const last = chunk.subarray(start, end);
      const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
      this.#pieces = [];
      this.#bytes = 0;
      start = end + 1;
      if (whole.length > 0) this.#line(whole);
    }
    if (start === chunk.length) return;
    // A copy: a piece of a chunk would hold the whole of it.
    this.#pieces.push(Buffer.from(chunk.subarray(start)));
    this.#bytes += chunk.length - start;
    if (this.#bytes > MAX_LINE) throw new Error(`a frame of the watch has more than ${MAX_LINE} bytes`);
  }
}
