/** Gathers the bytes of a connection. Its room doubles when it is full, so that each byte is copied a few times at most. */
export class ReceivedBytes {
  #room = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  push(chunk: Buffer): void {
    if (this.#to + chunk.length > this.#room.length) {
      const kept = this.bytes;
      this.#room = Buffer.alloc(Math.max(1024, 2 * (kept.length + chunk.length)));
      this.#from = 0;
      this.#to = kept.copy(this.#room);
    }
    this.#to += chunk.copy(this.#room, this.#to);
  }

  /** Everything that was received and not dropped. It is valid as long as nothing is pushed. */
  get bytes(): Buffer {
    return this.#room.subarray(this.#from, this.#to);
  }

  /** Drops bytes at the beginning. */
  drop(count: number): void {
    this.#from = Math.min(this.#to, this.#from + count);
  }
}
