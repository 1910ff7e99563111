import { connect, type Socket } from 'node:net';
import type { StoredRow } from '../store/store.ts';
import type { Counters, Traffic } from './counters.ts';
import type { SimulatedEndpoint } from './endpoint-map.ts';
import type { BalancedServer } from './states.ts';

/** A client connection that was passed to a member. */
export interface Connection {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly backend: BalancedServer;
  /** Balancing server that chose the member, and the server that the client connected to. */
  lbvserver: string;
  frontend: string;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens a connection to a member.
 *
 * @returns undefined when the connection is refused or times out
 */
export function dial(endpoint: SimulatedEndpoint): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint.host, port: endpoint.port, allowHalfOpen: true });
    socket.setNoDelay(true);
    const fail = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, fail);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Closes with a RST, so that the other side does not see an orderly end. */
export function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // Node never releases the handle of a socket that is reset after, or just before, its shutdown.
  if (socket.writableEnded || socket.writableLength > 0) socket.destroy();
  else socket.resetAndDestroy();
}

/** Returns the idle time-out in seconds; 0 means none. */
export function idleSeconds(row: StoredRow | undefined, attribute: string, otherwise: number): number {
  return Number(row?.[attribute] ?? otherwise);
}

interface JoinOptions {
  /** Bytes of the client that were already read. */
  readonly first: Buffer;
  /** Idle time-out of each side in seconds; 0 means none. */
  readonly idle: { readonly client: number; readonly server: number };
  readonly counters: Counters;
  /** Called when both sides have ended. */
  readonly closed: () => void;
}

/** Joins the two sides until both have ended. A half-closed side stays half-closed, a reset is passed on as a reset. */
export function join(connection: Connection, { first, idle, counters, closed }: JoinOptions): void {
  const { client, upstream, backend, lbvserver, frontend } = connection;
  const traffics: Traffic[] = [
    counters.traffic(`csvserver ${frontend}`),
    ...(lbvserver === frontend ? [] : [counters.traffic(`lbvserver ${lbvserver}`)]),
    counters.traffic(`member ${backend.group}|${backend.address}:${backend.port}`),
  ];
  for (const traffic of traffics) {
    traffic.hits += 1;
    traffic.open += 1;
    traffic.live.add(client);
  }
  let open = 2;
  const end = (): void => {
    open -= 1;
    if (open > 0) return;
    for (const traffic of traffics) {
      traffic.open -= 1;
      traffic.live.delete(client);
      traffic.received += client.bytesRead;
      traffic.sent += client.bytesWritten;
    }
    closed();
  };
  const lose = (other: Socket) => (): void => reset(other);
  client.on('error', lose(upstream));
  upstream.on('error', lose(client));
  client.once('close', () => {
    if (!upstream.destroyed && !client.readableEnded) reset(upstream);
    end();
  });
  upstream.once('close', () => {
    if (!client.destroyed && !upstream.readableEnded) reset(client);
    end();
  });
  if (idle.client > 0) client.setTimeout(idle.client * 1000, () => reset(client));
  if (idle.server > 0) upstream.setTimeout(idle.server * 1000, () => reset(upstream));
  if (first.length > 0) upstream.write(first);
  client.pipe(upstream);
  upstream.pipe(client);
}
