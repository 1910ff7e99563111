/** Holds the fields of a ClientHello that policies read. */
export interface ClientHello {
  /** Server name as sent; undefined when the client sends none. */
  readonly serverName: string | undefined;
  /** Length of the handshake message in bytes. */
  readonly length: number;
  /** `legacy_version`, e.g. 0x0303. */
  readonly version: number;
  /** Versions of the extension `supported_versions` without those of GREASE; undefined when the client sends none. */
  readonly supportedVersions?: readonly number[];
  readonly ciphers: readonly number[];
  readonly protocols: readonly string[];
  readonly sessionId: boolean;
  readonly sessionTicket: boolean;
}

const EXTENSION_SERVER_NAME = 0;
const EXTENSION_ALPN = 16;
const EXTENSION_SESSION_TICKET = 35;
const EXTENSION_SUPPORTED_VERSIONS = 43;

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

/** Reads the versions that a client supports. GREASE versions (RFC 8701) have two equal bytes that end in `a`. */
function supportedVersions(extension: Reader): number[] {
  const versions: number[] = [];
  extension.take(1);
  while (extension.left > 1) versions.push(extension.number(2));
  return versions.filter((version) => (version & 0x0f0f) !== 0x0a0a);
}

/**
 * Parses the message without its header; skips GREASE values (RFC 8701) like any unknown extension.
 *
 * @throws {RangeError} when a field ends behind the message.
 */
export function parseClientHello(body: Buffer): ClientHello {
  const reader = new Reader(body);
  const version = reader.number(2);
  reader.take(32);
  const sessionId = reader.vector(1).left > 0;
  const suites = reader.vector(2);
  const ciphers: number[] = [];
  while (suites.left > 0) ciphers.push(suites.number(2));
  reader.vector(1);
  const found: { name: string | undefined; protocols: string[]; ticket: boolean; versions: number[] | undefined } = {
    name: undefined,
    versions: undefined,
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
      if (type === EXTENSION_SUPPORTED_VERSIONS && extension.left > 0) found.versions = supportedVersions(extension);
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
    ...(found.versions === undefined ? {} : { supportedVersions: found.versions }),
  };
}
