import { createServer, type Server, type Socket } from 'node:net';

/** What the listener answers: no TLS server says so. */
export const REPLY = Buffer.from('nspass verify\n');

/** A PROXY header of version 1 has at most 107 bytes. */
const HEADER = /^PROXY TCP[46] [^\r]{1,90}\r\n/;

/** Returns what follows the PROXY header; undefined while it is not complete. What does not begin with one stays as it is. */
function withoutHeader(bytes: Buffer): Buffer | undefined {
  const text = bytes.subarray(0, 107).toString('latin1');
  const header = HEADER.exec(text)?.[0];
  if (header !== undefined) return bytes.subarray(header.length);
  const begins = 'PROXY '.startsWith(text.slice(0, 6)) || text.startsWith('PROXY ');
  return begins && text.length < 107 ? undefined : Buffer.from('none');
}

/** A TCP server of this process, as a member behind the appliance. */
export interface HelloListener {
  readonly port: number;
  /** Takes the bytes that the next connection must begin with, to be answered: at once, or behind a PROXY header (v1). */
  expect(bytes: Buffer, where?: 'behind a PROXY header'): void;
  close(): void;
}

/**
 * Listens on all addresses of this machine at a free port. It answers a connection that begins with exactly the expected
 * bytes, and closes any other: a monitor's, or a stranger's.
 *
 * @throws {NodeJS.ErrnoException}
 */
export async function listen(): Promise<HelloListener> {
  const sockets = new Set<Socket>();
  let [expected, proxied] = [Buffer.alloc(0) as Buffer, false];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    const [wanted, behind] = [expected, proxied];
    let got: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      got = Buffer.concat([got, chunk]);
      const rest = behind ? withoutHeader(got) : got;
      if (rest === undefined) return;
      if (!wanted.subarray(0, rest.length).equals(rest)) socket.destroy();
      else if (rest.length === wanted.length) {
        socket.off('data', onData);
        socket.resume();
        socket.write(REPLY);
      }
    };
    socket.on('data', onData);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, () => resolve());
  });
  return {
    port: (server.address() as { port: number }).port,
    expect: (bytes, where) => {
      [expected, proxied] = [bytes, where !== undefined];
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
