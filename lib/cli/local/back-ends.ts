import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { selfSigned } from '../../nitro/self-signed.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** A TLS back end on this machine: its certificate names its Service and address, and it answers with the same. */
export interface BackEnd extends Place {
  readonly stop: () => Promise<void>;
}

/**
 * Starts a TLS server on a free loopback port.
 *
 * @param service `namespace/name` of the Service that it stands for.
 * @param address `ip:port` that the appliance knows it by.
 */
export async function startBackEnd(service: string, address: string): Promise<BackEnd> {
  const name = service.split('/').reverse().join('.');
  const commonName = `${service} at ${address}`;
  const server = createServer(
    await selfSigned({ commonName, names: [`${name}.svc`], algorithm: 'ecdsa', days: 30, now: Date.now() }),
    (request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(`Hello from ${commonName}. You asked ${request.headers.host ?? 'nobody'} for ${request.url}.\n`);
    },
  );
  // Monitors connect without ever speaking TLS: the HTTP server does not know of them when it ends.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, stop: () => close(server, sockets) };
}

async function close(server: HttpsServer, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Back ends by address, made when the appliance first asks for one. */
export class BackEnds {
  readonly #running = new Map<string, Promise<BackEnd>>();
  readonly #serviceOf: (address: string) => string | undefined;

  /** @param serviceOf `namespace/name` of the Service that has an address, as far as is known. */
  constructor(serviceOf: (address: string) => string | undefined) {
    this.#serviceOf = serviceOf;
  }

  /** @param address `ip:port`. */
  at(address: string): Promise<BackEnd> {
    const running = this.#running.get(address) ?? startBackEnd(this.#serviceOf(address) ?? 'unknown', address);
    this.#running.set(address, running);
    return running;
  }

  async stop(): Promise<void> {
    const running = await Promise.allSettled(this.#running.values());
    this.#running.clear();
    await Promise.all(running.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)));
  }
}
