import { type ClientHello, parseClientHello } from './client-hello.ts';

/** What the bytes of a connection are so far. */
export type HelloProgress =
  | { readonly state: 'more' }
  | { readonly state: 'invalid'; readonly reason: string }
  | { readonly state: 'hello'; readonly hello: ClientHello };

const RECORD_HANDSHAKE = 22;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_CLIENT_HELLO = 1;
const MESSAGE_HEADER_BYTES = 4;
/** RFC 8446 5.1: a record holds at most 2^14 bytes of plain text. */
const MAX_RECORD_BYTES = 16_384;
/** Far above today's hellos, post-quantum ones included. */
const MAX_HELLO_BYTES = 65_536;

const MORE: HelloProgress = { state: 'more' };
const invalid = (reason: string): HelloProgress => ({ state: 'invalid', reason });

/**
 * Reads a ClientHello from the first bytes of a connection, in any segments and records (RFC 8446 4.1.2 and 5.1). It
 * looks at each byte once, however a client cuts its hello.
 */
export class ClientHelloReader {
  readonly #header = Buffer.alloc(RECORD_HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes of the current record that have not arrived. */
  #recordLeft = 0;
  /** The message with its header; of the header's size until the header is complete. */
  #message = Buffer.alloc(MESSAGE_HEADER_BYTES);
  #messageBytes = 0;
  #end: HelloProgress | undefined;

  /** Takes the next bytes of the connection. A verdict other than `more` is final. */
  push(chunk: Buffer): HelloProgress {
    let at = 0;
    while (this.#end === undefined && at < chunk.length) {
      at += this.#recordLeft === 0 ? this.#takeHeader(chunk, at) : this.#takeContent(chunk, at);
    }
    return this.#end ?? MORE;
  }

  /** @returns the number of bytes taken. */
  #takeHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerBytes, at);
    this.#headerBytes += taken;
    const [type, major] = this.#header;
    if (type !== RECORD_HANDSHAKE) this.#end = invalid('not a handshake record');
    else if (this.#headerBytes > 1 && major !== 3) this.#end = invalid('not a TLS version');
    else if (this.#headerBytes === RECORD_HEADER_BYTES) {
      const length = this.#header.readUInt16BE(3);
      if (length === 0 || length > MAX_RECORD_BYTES) this.#end = invalid('record length');
      this.#recordLeft = length;
      this.#headerBytes = 0;
    }
    return taken;
  }

  /** @returns the number of bytes taken. */
  #takeContent(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#message, this.#messageBytes, at, Math.min(chunk.length, at + this.#recordLeft));
    this.#recordLeft -= taken;
    this.#messageBytes += taken;
    if (this.#message[0] !== MESSAGE_CLIENT_HELLO) this.#end = invalid('not a ClientHello');
    else if (this.#messageBytes === MESSAGE_HEADER_BYTES) this.#makeRoom();
    if (this.#messageBytes > MESSAGE_HEADER_BYTES && this.#messageBytes === this.#message.length) this.#finish();
    return taken;
  }

  #makeRoom(): void {
    const length = this.#message.readUIntBE(1, 3);
    if (length > MAX_HELLO_BYTES) this.#end = invalid('ClientHello too long');
    else if (length === 0) this.#finish();
    else this.#message = Buffer.concat([this.#message], MESSAGE_HEADER_BYTES + length);
  }

  #finish(): void {
    try {
      this.#end = { state: 'hello', hello: parseClientHello(this.#message.subarray(MESSAGE_HEADER_BYTES)) };
    } catch {
      this.#end = invalid('malformed ClientHello');
    }
  }
}
