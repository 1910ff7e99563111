/** Holds the fields of a ClientHello that policies read. */
export interface ClientHello {
  /** Server name as sent; undefined when the client sends none. */
  readonly serverName: string | undefined;
  /** Length of the handshake message in bytes. */
  readonly length: number;
  /** `legacy_version`, e.g. 0x0303. */
  readonly version: number;
  readonly ciphers: readonly number[];
  readonly protocols: readonly string[];
  readonly sessionId: boolean;
  readonly sessionTicket: boolean;
}

type Parsed =
  | { readonly state: 'more' }
  | { readonly state: 'invalid'; readonly reason: string }
  | { readonly state: 'hello'; readonly hello: ClientHello };

const RECORD_HANDSHAKE = 22;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_CLIENT_HELLO = 1;
/** RFC 8446 5.1: a record holds at most 2^14 bytes of plain text. */
const MAX_RECORD_BYTES = 16_384;
/** Far above today's hellos, post-quantum ones included. */
const MAX_HELLO_BYTES = 65_536;
const EXTENSION_SERVER_NAME = 0;
const EXTENSION_ALPN = 16;
const EXTENSION_SESSION_TICKET = 35;

const invalid = (reason: string): Parsed => ({ state: 'invalid', reason });

/** Reads fields off a message in order; throws a RangeError when the message ends too early. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get left(): number {
    return this.#bytes.length - this.#at;
  }
  number(size: 1 | 2 | 3): number {
    const value = this.#bytes.readUIntBE(this.#at, size);
    this.#at += size;
    return value;
  }
  take(length: number): Buffer {
    if (length > this.left) throw new RangeError('field longer than the message');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  /** Returns a vector: its length in `size` bytes, then its bytes. */
  vector(size: 1 | 2): Reader {
    return new Reader(this.take(this.number(size)));
  }
}

function serverName(extension: Reader): string | undefined {
  const list = extension.vector(2);
  while (list.left > 0) {
    const type = list.number(1);
    const name = list.take(list.number(2));
    if (type === 0) return name.toString('latin1');
  }
  return undefined;
}

function applicationProtocols(extension: Reader): string[] {
  const names: string[] = [];
  const list = extension.vector(2);
  while (list.left > 0) names.push(list.take(list.number(1)).toString('latin1'));
  return names;
}

/** Parses the message without its header; skips GREASE values (RFC 8701) like any unknown extension. */
function parseMessage(body: Buffer): ClientHello {
  const reader = new Reader(body);
  const version = reader.number(2);
  reader.take(32);
  const sessionId = reader.vector(1).left > 0;
  const suites = reader.vector(2);
  const ciphers: number[] = [];
  while (suites.left > 0) ciphers.push(suites.number(2));
  reader.vector(1);
  const found: { name: string | undefined; protocols: string[]; ticket: boolean } = {
    name: undefined,
    protocols: [],
    ticket: false,
  };
  if (reader.left > 0) {
    const extensions = reader.vector(2);
    while (extensions.left > 0) {
      const type = extensions.number(2);
      const extension = extensions.vector(2);
      if (type === EXTENSION_SERVER_NAME && extension.left > 0) found.name = serverName(extension);
      if (type === EXTENSION_ALPN) found.protocols = applicationProtocols(extension);
      if (type === EXTENSION_SESSION_TICKET) found.ticket = extension.left > 0;
    }
  }
  return {
    serverName: found.name,
    length: body.length + 4,
    version,
    ciphers,
    protocols: found.protocols,
    sessionId,
    sessionTicket: found.ticket,
  };
}

/** Judges the bytes of the message that were gathered so far. */
function judgeMessage(message: Buffer): Parsed {
  if (message.length > 0 && message[0] !== MESSAGE_CLIENT_HELLO) return invalid('not a ClientHello');
  if (message.length < 4) return { state: 'more' };
  const length = message.readUIntBE(1, 3);
  if (length > MAX_HELLO_BYTES) return invalid('ClientHello too long');
  if (message.length < length + 4) return { state: 'more' };
  try {
    return { state: 'hello', hello: parseMessage(message.subarray(4, length + 4)) };
  } catch {
    return invalid('malformed ClientHello');
  }
}

/** Returns the length of a record's content, or the state when its header is incomplete or invalid. */
function recordLength(header: Buffer): number | Parsed {
  if (header.length > 0 && header[0] !== RECORD_HANDSHAKE) return invalid('not a handshake record');
  if (header.length > 1 && header[1] !== 3) return invalid('not a TLS version');
  if (header.length < RECORD_HEADER_BYTES) return { state: 'more' };
  const length = header.readUInt16BE(3);
  return length === 0 || length > MAX_RECORD_BYTES ? invalid('record length') : length;
}

/**
 * Reads a ClientHello from the first bytes of a connection, in any segments and records (RFC 8446 4.1.2 and 5.1).
 *
 * @param bytes everything received so far
 */
export function parseClientHello(bytes: Buffer): Parsed {
  const fragments: Buffer[] = [];
  let at = 0;
  for (;;) {
    const length = recordLength(bytes.subarray(at, at + RECORD_HEADER_BYTES));
    if (typeof length !== 'number') return length;
    const start = at + RECORD_HEADER_BYTES;
    at = start + length;
    fragments.push(bytes.subarray(start, at));
    const judged = judgeMessage(fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments));
    if (judged.state !== 'more' || bytes.length < at) return judged;
  }
}
