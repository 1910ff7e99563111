import type { ProcessTime } from './clock.ts';

/** The stream of one watch: chunks that the server pushes, until it ends or breaks. */
export class Watcher implements AsyncIterable<Buffer> {
  readonly collection: string;
  /** Version of the last change that was sent. */
  sent: number;
  /** Called when nobody reads any more. */
  closed: () => void = () => {};
  readonly #time: ProcessTime;
  readonly #chunks: Buffer[] = [];
  #ended: Error | true | undefined;
  #wake: () => void = () => {};

  constructor(collection: string, from: number, time: ProcessTime, signal: AbortSignal | undefined) {
    this.collection = collection;
    this.sent = from;
    this.#time = time;
    signal?.addEventListener('abort', () => this.fail(new Error('aborted')), { once: true });
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    this.#ended ??= true;
    this.#wake();
  }

  fail(error: Error): void {
    this.#ended ??= error;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        await new Promise<void>((resolve) => this.#time.whenAwake(resolve));
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#ended === true) return;
        else if (this.#ended !== undefined) throw this.#ended;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.closed();
    }
  }
}
