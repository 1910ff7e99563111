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
const END_OF_HEAD = '\r\n\r\n';
/** A field: its name, and its value with the blanks around it (RFC 9112 5). */
const FIELD = /^([!#$%&'*+\-.^_`|~\w]+):(.*)$/;

/** Returns a value without the blanks around it; other white space stays, as in HTTP. */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  const isBlank = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  while (from < to && isBlank(from)) from += 1;
  while (to > from && isBlank(to - 1)) to -= 1;
  return text.slice(from, to);
}

/**
 * Reads the head of a request.
 *
 * @param bytes everything received so far
 * @param searched bytes at its beginning in which an earlier call found no end
 * @returns the head, `more` when it is not complete, `invalid` when it is not HTTP/1
 */
export function parseRequest(bytes: Buffer, searched = 0): HttpRequest | 'more' | 'invalid' {
  const end = bytes.indexOf(END_OF_HEAD, Math.max(0, searched - END_OF_HEAD.length + 1));
  if (end < 0) return bytes.length > MAX_HEAD_BYTES ? 'invalid' : 'more';
  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const request = /^([A-Z]+) (\S+) (HTTP\/1\.[01])$/.exec(first ?? '');
  if (request === null) return 'invalid';
  const headers = new Map<string, string>();
  for (const line of lines) {
    const header = FIELD.exec(line);
    if (header === null) return 'invalid';
    const name = header[1]!.toLowerCase();
    if (!headers.has(name)) headers.set(name, withoutBlanks(header[2]!));
  }
  return { method: request[1]!, target: request[2]!, version: request[3]!, headers, length: end + 4 };
}
