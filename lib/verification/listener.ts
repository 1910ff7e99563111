import { createServer, type Server, type Socket } from 'node:net';

/** What the listener answers: no TLS server says so. */
export const REPLY = Buffer.from('nspass verify\n');

/** A TCP server of this process, as a member behind the appliance. */
export interface HelloListener {
  readonly port: number;
  /** Takes the bytes that the next connection must begin with, to be answered. */
  expect(bytes: Buffer): void;
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
  let expected: Buffer = Buffer.alloc(0);
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    const wanted = expected;
    let got: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      got = Buffer.concat([got, chunk]);
      if (!wanted.subarray(0, got.length).equals(got)) socket.destroy();
      else if (got.length === wanted.length) {
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
    expect: (bytes) => {
      expected = bytes;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
