/** The head of an HTTP/1 request. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Maps lower-case names to values; the first of several counts. */
  readonly headers: ReadonlyMap<string, string>;
  /** Length of the head in bytes, with the empty line. */
  readonly length: number;
}

const MAX_HEAD_BYTES = 65_536;

/**
 * Reads the head of a request.
 *
 * @param bytes everything received so far
 * @returns the head, `more` when it is not complete, `invalid` when it is not HTTP/1
 */
export function parseRequest(bytes: Buffer): HttpRequest | 'more' | 'invalid' {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length > MAX_HEAD_BYTES ? 'invalid' : 'more';
  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const request = /^([A-Z]+) (\S+) (HTTP\/1\.[01])$/.exec(first ?? '');
  if (request === null) return 'invalid';
  const headers = new Map<string, string>();
  for (const line of lines) {
    const header = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (header === null) return 'invalid';
    const name = header[1]!.toLowerCase();
    if (!headers.has(name)) headers.set(name, header[2]!);
  }
  return { method: request[1]!, target: request[2]!, version: request[3]!, headers, length: end + 4 };
}
