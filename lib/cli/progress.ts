/** Silence after which the progress line appears, in milliseconds. */
const SILENT_MS = 1_000;

/** Size from which a file is named before it is parsed, in bytes: parsing cannot report in between. */
const LARGE = 4 * 1024 * 1024;

/** A line on a terminal that names the current step of a slow command, and is cleared at its end. */
export class Progress {
  readonly #write: ((text: string) => void) | undefined;
  readonly #now: () => number;
  readonly #begun: number;
  #shown = false;

  /**
   * @param write takes the line; undefined without a terminal.
   * @param now milliseconds; only differences count.
   */
  constructor(write: ((text: string) => void) | undefined, now: () => number) {
    this.#write = write;
    this.#now = now;
    this.#begun = now();
  }

  /** Shows the next step, if the command has been silent for long or the step is large. */
  next(step: string, bytes = 0): void {
    if (this.#write === undefined || (bytes < LARGE && this.#now() - this.#begun < SILENT_MS)) return;
    this.#write(`\r\u001b[K${step} …`);
    this.#shown = true;
  }

  /** Clears the line, before the command prints its result. */
  end(): void {
    if (this.#shown) this.#write?.('\r\u001b[K');
    this.#shown = false;
  }
}

/** Returns a progress line on standard error; none without a terminal. */
export function terminalProgress(): Progress {
  return new Progress(process.stderr.isTTY ? (text) => void process.stderr.write(text) : undefined, Date.now);
}
