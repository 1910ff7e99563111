import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { SimulatedEndpoint, Simulator } from '../../../lib/simulator/index.ts';
import { eventually } from '../../support/eventually.ts';
import { BACK_END_CERTIFICATE, BACK_END_KEY } from './pem.ts';

/** A server behind the appliance. */
export interface Backend {
  readonly endpoint: SimulatedEndpoint;
  readonly sockets: Set<Socket>;
  stop(): Promise<void>;
}

/** Makes a server a back end: it listens, and ends with all its connections. */
export function start(server: Server): Promise<Backend> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
      resolve({ endpoint: { host: '127.0.0.1', port }, sockets, stop });
    });
  });
}

/** Echoes over TLS, with a certificate for `backend.example`. */
export function tlsEcho(): Promise<Backend> {
  const server = createTlsServer(
    { key: BACK_END_KEY, cert: BACK_END_CERTIFICATE, ALPNProtocols: ['h2', 'http/1.1'] },
    (socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    },
  );
  server.on('tlsClientError', () => undefined);
  return start(server);
}

/** Sends its name, then echoes. */
export function named(name: string): Promise<Backend> {
  return start(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.write(`${name}\n`);
      socket.pipe(socket);
    }),
  );
}

/** Reports all bytes received so far. */
export function collector(got: (bytes: Buffer) => void): Promise<Backend> {
  return start(
    createServer((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        got(Buffer.concat(chunks));
      });
    }),
  );
}

export function frontendEndpoint(simulator: Simulator, key: string): SimulatedEndpoint {
  const endpoint = simulator.frontends.get(key);
  if (endpoint === undefined) throw new Error(`${key} does not listen`);
  return endpoint;
}

/** Returns the common name of the certificate that a TLS client gets, or the code of its failure. */
export function shake(endpoint: SimulatedEndpoint, servername?: string, options: object = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = tlsConnect({
      ...endpoint,
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
      ...options,
    });
    socket.once('secureConnect', () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Opens a TLS connection that stays open. */
export function hold(endpoint: SimulatedEndpoint, servername: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ ...endpoint, rejectUnauthorized: false, servername });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends a text and returns the reply. */
export function echo(socket: TLSSocket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (data: Buffer) => resolve(data.toString()));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.write(text);
  });
}

/** Sends raw bytes and returns everything received until the end; `RESET` for a reset. */
export function raw(endpoint: SimulatedEndpoint, ...chunks: readonly (Buffer | string)[]): Promise<string> {
  return new Promise((resolve) => {
    const got: Buffer[] = [];
    const socket = connect({ ...endpoint, noDelay: true }, () => void send());
    const send = async (): Promise<void> => {
      for (const chunk of chunks) {
        if (socket.destroyed) return;
        socket.write(chunk);
        await new Promise((next) => setImmediate(next));
      }
    };
    socket.on('data', (data) => got.push(data));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNRESET' ? 'RESET' : (error.code ?? 'error')),
    );
    socket.once('close', () => resolve(Buffer.concat(got).toString('latin1')));
  });
}

/** Polls until a condition holds; fails with `what` when it never does. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await eventually(condition, what);
}
