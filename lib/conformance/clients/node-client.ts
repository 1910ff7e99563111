import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { TlsRequest } from '../case.ts';
import type { ConnectionResult } from '../seen.ts';
import type { ClientEndpoint, ClientSetup } from './endpoint.ts';
import { exchange } from './http-exchange.ts';
import { identify } from './identify.ts';
import { shapedSocket } from './shaped-socket.ts';

/** A connection that stays open, for later requests. */
export interface OpenConnection {
  /** Asks the back end again over the same connection. */
  ask(): Promise<ConnectionResult>;
  close(): void;
}

/** Connects with the TLS of Node. */
export async function nodeClient(
  endpoint: ClientEndpoint,
  request: TlsRequest,
  setup: ClientSetup,
): Promise<ConnectionResult> {
  if (request.resume !== true) return once(endpoint, request, setup, undefined);
  const session = Promise.withResolvers<Buffer>();
  const first = await once(endpoint, request, setup, undefined, (ticket) => session.resolve(ticket));
  if (first.kind !== 'answer') return first;
  return once(endpoint, request, setup, await session.promise);
}

/** Opens a connection and keeps it. */
export async function openConnection(
  endpoint: ClientEndpoint,
  host: string,
  setup: ClientSetup,
): Promise<OpenConnection | ConnectionResult> {
  const attempt = dial(endpoint, { host }, setup, undefined);
  const shaken = await attempt.secure;
  if (shaken !== undefined) return shaken;
  const { socket } = attempt;
  // Whoever asks next is told; an error between two questions is nobody's.
  socket.on('error', () => undefined);
  return {
    ask: () => asked(socket, host, setup),
    close: () => socket.destroy(),
  };
}

async function asked(socket: TLSSocket, host: string, { timeoutMs, backends }: ClientSetup): Promise<ConnectionResult> {
  if (socket.destroyed) return { kind: 'failed', reason: 'the open connection was ended' };
  const who = identify(socket.getPeerX509Certificate(), backends);
  if (who.kind === 'stranger') return who;
  const late = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return { kind: 'answer', words: await exchange(socket, host), ...who.shown };
  } catch (error) {
    return { kind: 'failed', reason: `the open connection was ended: ${(error as Error).message}` };
  } finally {
    clearTimeout(late);
  }
}

async function once(
  endpoint: ClientEndpoint,
  request: TlsRequest,
  setup: ClientSetup,
  session: Buffer | undefined,
  onSession?: (ticket: Buffer) => void,
): Promise<ConnectionResult> {
  let attempt: Attempt;
  try {
    attempt = dial(endpoint, request, setup, session);
  } catch (error) {
    return { kind: 'impossible', reason: `Node cannot connect so: ${(error as Error).message}` };
  }
  const { socket, secure } = attempt;
  const ticket = new Promise<void>((resolve) => {
    socket.once('session', (found: Buffer) => {
      onSession?.(found);
      resolve();
    });
  });
  const shaken = await secure;
  if (shaken !== undefined) return shaken;
  const seen = await asked(socket, request.host ?? 'localhost', setup);
  // A session of TLS 1.3 comes after the handshake, and may come after the answer.
  if (onSession !== undefined && seen.kind === 'answer') await ticket;
  socket.destroy();
  return seen;
}

interface Attempt {
  readonly socket: TLSSocket;
  /** What came of the handshake; undefined if it succeeded. */
  readonly secure: Promise<ConnectionResult | undefined>;
}

/** @throws where this Node does not know the groups that are asked for. */
function dial(
  { host, port }: ClientEndpoint,
  request: TlsRequest,
  { certificate, timeoutMs }: ClientSetup,
  session: Buffer | undefined,
): Attempt {
  const tcp = connectTcp({ host, port });
  let late: NodeJS.Timeout | undefined;
  let socket: TLSSocket;
  try {
    socket = connect({
      ...optionsOf(request, certificate, session),
      socket: wrapped(tcp, request, () => late?.refresh()) as Socket,
    });
  } catch (error) {
    tcp.destroy();
    throw error;
  }
  const secure = new Promise<ConnectionResult | undefined>((resolve) => {
    late = setTimeout(() => end({ kind: 'failed', reason: `no handshake within ${timeoutMs} ms` }), timeoutMs);
    const end = (seen: ConnectionResult | undefined): void => {
      clearTimeout(late);
      if (seen !== undefined) socket.destroy();
      resolve(seen);
    };
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'ECONNREFUSED') end({ kind: 'ended', how: 'refused' });
      // TLS reads past the events of the socket, which counts nevertheless.
      else if (tcp.bytesRead > 0) end({ kind: 'failed', reason: `the handshake failed: ${error.message}` });
      else end({ kind: 'ended', how: error.code === 'ECONNRESET' ? 'reset' : 'closed' });
    };
    socket.once('secureConnect', () => end(undefined));
    socket.once('error', failed);
    tcp.once('error', failed);
    socket.once('close', () => failed(Object.assign(new Error('the connection ended'), { code: 'CLOSED' })));
  });
  return { socket, secure };
}

function wrapped(tcp: Socket, { segments }: TlsRequest, onPart: () => void): Socket | ReturnType<typeof shapedSocket> {
  return segments === undefined ? tcp : shapedSocket(tcp, segments, onPart);
}

/** Large key shares would make every hello larger than asked. */
const keyShares = (groups: string | undefined, helloBytes: number | undefined): ConnectionOptions =>
  groups === undefined ? (helloBytes === undefined ? {} : { ecdhCurve: 'X25519' }) : { ecdhCurve: groups };

/** An application protocol of 255 characters that nobody speaks, with its length. */
const PADDING = 256;
/** Bytes of a hello without padding, about. */
const PLAIN_HELLO = 512;

function optionsOf(
  { host, version, alpn, groups, helloBytes, certificate: shows }: TlsRequest,
  certificate: ClientSetup['certificate'],
  session: Buffer | undefined,
): ConnectionOptions {
  const padding =
    helloBytes === undefined
      ? []
      : Array.from({ length: Math.max(1, Math.floor((helloBytes - PLAIN_HELLO) / PADDING)) }, (_, index) =>
          `x-padding-${index}-`.padEnd(PADDING - 1, 'x'),
        );
  const protocols = alpn ?? (padding.length === 0 ? undefined : ['http/1.1']);
  return {
    // No authority signed the certificates of the back ends: they are compared instead.
    rejectUnauthorized: false,
    ...(host === undefined ? {} : { servername: host }),
    ...(version === undefined ? {} : { minVersion: `TLSv${version}`, maxVersion: `TLSv${version}` }),
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols, ...padding] }),
    ...keyShares(groups, helloBytes),
    ...(session === undefined ? {} : { session }),
    ...(shows === true ? certificate : {}),
  };
}
