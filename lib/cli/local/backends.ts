import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { selfSigned } from '../../nitro/self-signed.ts';

export interface LocalEndpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * A back end on this machine: its certificate names its Services and address, and it answers with the same. Over plain HTTP
 * it answers, too, as the solver of a challenge does.
 */
export interface LocalBackend extends LocalEndpoint {
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server of TLS and of plain HTTP on a free loopback port.
 *
 * @param services returns `namespace/name` of every Service that the back end is known to belong to.
 * @param address `ip:port` of the member, as the appliance knows it.
 */
export async function startBackend(services: () => readonly string[], address: string): Promise<LocalBackend> {
  const names = services().map((service) => `${service.split('/').reverse().join('.')}.svc`);
  const commonName = shortName(services(), address);
  const answer: RequestListener = (request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(
      `Hello from ${fullName(services(), address)}. You asked ${request.headers.host ?? 'nobody'} for ${request.url}.\n`,
    );
  };
  const certificate = await selfSigned({ commonName, names, algorithm: 'ecdsa', days: 30, now: Date.now() });
  const [secure, plain] = [createHttpsServer(certificate, answer), createHttpServer(answer)];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) {
        // It takes what was read, and reads on by itself.
        secure.emit('connection', socket);
      } else {
        plain.emit('connection', socket);
        socket.resume();
      }
    });
  });
  // Monitors connect without a TLS handshake, so the HTTP server does not close their sockets itself.
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

/** First byte of a TLS handshake (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;

/** Longest common name, in characters (RFC 5280, ub-common-name). */
const LONGEST_NAME = 64;

/** Names the back end. A pod of several Services is named by all: one alone would make a correct route look wrong. */
function fullName(services: readonly string[], address: string): string {
  if (services.length > 1) return `pod ${address} of ${services.join(', ')}`;
  return `${services[0] ?? 'unknown'} at ${address}`;
}

function shortName(services: readonly string[], address: string): string {
  const full = fullName(services, address);
  return services.length > 1 && full.length > LONGEST_NAME ? `pod ${address} of ${services.length} Services` : full;
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Back ends by address, started when the appliance first connects to one. */
export class LocalBackends {
  readonly #running = new Map<string, Promise<LocalBackend>>();
  readonly #servicesOf: (address: string) => readonly string[];

  /** @param servicesOf returns `namespace/name` of the Services that are known to have an address. */
  constructor(servicesOf: (address: string) => readonly string[]) {
    this.#servicesOf = servicesOf;
  }

  /** @param address `ip:port`. */
  at(address: string): Promise<LocalBackend> {
    const running = this.#running.get(address) ?? startBackend(() => this.#servicesOf(address), address);
    this.#running.set(address, running);
    return running;
  }

  async stop(): Promise<void> {
    const running = await Promise.allSettled(this.#running.values());
    this.#running.clear();
    await Promise.all(running.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)));
  }
}
