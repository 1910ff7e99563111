import { connect, createServer, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { SimulatedEndpoint } from '../../lib/simulator/index.ts';

const hellos = new Map<string, Promise<Buffer>>();

/** The first bytes of a real TLS client that names this host. */
export function clientHello(servername: string): Promise<Buffer> {
  const known = hellos.get(servername) ?? capture(servername);
  hellos.set(servername, known);
  return known;
}

function capture(servername: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        resolve(bytes);
        socket.destroy();
        server.close();
      });
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      tlsConnect({ host: '127.0.0.1', port, servername }).once('error', () => undefined);
    });
  });
}

/**
 * The first line that comes back for a ClientHello, or `RESET`; a back end that says its name is told apart so.
 *
 * @param localAddress source of the connection; 127.0.0.1 if absent.
 */
export async function ask(place: SimulatedEndpoint, servername: string, localAddress?: string): Promise<string> {
  const hello = await clientHello(servername);
  return new Promise((resolve) => {
    const socket = connect({ ...place, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) }, () =>
      socket.write(hello),
    );
    socket.once('data', (bytes) => {
      resolve(bytes.toString('latin1').split('\n')[0] ?? '');
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNRESET' ? 'RESET' : String(error.code)),
    );
    socket.once('close', () => resolve('CLOSED'));
  });
}

/** Opens a connection that names this host, once its back end has answered. @throws {Error} when it is reset. */
export async function open(place: SimulatedEndpoint, servername: string): Promise<Socket> {
  const hello = await clientHello(servername);
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, noDelay: true }, () => socket.write(hello));
    socket.once('data', () => resolve(socket));
    socket.once('error', reject);
  });
}
