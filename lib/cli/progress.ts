/** How long a command may be silent, in milliseconds. */
const PATIENCE_MS = 1_000;

/** Bytes of one file after which it is named before it is read: nothing can be said in between. */
const LARGE = 4 * 1024 * 1024;

/** A line on a terminal that says what takes so long, and is gone when it is done. */
export class Progress {
  readonly #write: ((text: string) => void) | undefined;
  readonly #now: () => number;
  readonly #begun: number;
  #shown = false;

  /**
   * @param write takes the line; undefined where nobody looks at it.
   * @param now milliseconds, only compared.
   */
  constructor(write: ((text: string) => void) | undefined, now: () => number) {
    this.#write = write;
    this.#now = now;
    this.#begun = now();
  }

  /** Says what comes next, if it has taken long or will. */
  next(what: string, bytes = 0): void {
    if (this.#write === undefined || (bytes < LARGE && this.#now() - this.#begun < PATIENCE_MS)) return;
    this.#write(`\r\u001b[K${what} …`);
    this.#shown = true;
  }

  /** Takes the line away, before what the command says. */
  end(): void {
    if (this.#shown) this.#write?.('\r\u001b[K');
    this.#shown = false;
  }
}
