import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** How a client sees the end of its attempt. `none`: the connection was not accepted. */
export type Encounter = 'none' | 'reset' | 'close' | 'silence' | 'answer';

/** An encounter, and the bytes that came. */
export interface Met {
  readonly encounter: Encounter;
  readonly bytes: Buffer;
  /** It took the whole wait for an answer. */
  readonly waited?: true;
}

/**
 * Returns the first bytes of a real TLS client: its ClientHello.
 *
 * @param only13 offers TLS 1.3 only.
 */
export function clientHello(servername: string, only13 = false): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read: () => {},
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk);
        done();
      },
    });
    const client = connect({ socket: wire, servername, ...(only13 ? { minVersion: 'TLSv1.3' as const } : {}) });
    client.on('error', () => undefined);
  });
}

/** Cuts a text of bytes into parts of about the same size. */
export function cutInto(bytes: Buffer, count: number): Buffer[] {
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** An open connection of a client. */
export interface HelloCall {
  /** The first thing that happens after the bytes were sent. */
  readonly met: Promise<Met>;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Sends bytes over a new connection, each part in a segment of its own.
 *
 * @param socket is connecting.
 * @param parts sent one after the other, with `pause` between them.
 * @param silence resolves when the connection counts as silent.
 */
export function call(
  socket: Socket,
  parts: readonly Buffer[],
  { pause, silence }: { readonly pause: () => Promise<void>; readonly silence: () => Promise<void> },
): HelloCall {
  socket.setNoDelay(true);
  let connected = false;
  const ended = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  const met = new Promise<Met>((resolve) => {
    const end = (encounter: Encounter, bytes: Buffer = Buffer.alloc(0)) => resolve({ encounter, bytes });
    const endWaiting = (encounter: Encounter) => resolve({ encounter, bytes: Buffer.alloc(0), waited: true });
    socket.once('connect', () => {
      connected = true;
      void sendParts(socket, parts, pause);
      void silence().then(() => endWaiting('silence'));
    });
    socket.on('error', () => end(connected ? 'reset' : 'none'));
    socket.once('data', (bytes: Buffer) => end('answer', bytes));
    socket.once('end', () => end('close'));
    socket.once('close', () => end('reset'));
    // A packet filter drops what is sent to it: such an address never answers.
    void silence().then(() => {
      if (!connected) endWaiting('none');
    });
  });
  return { met, ended, close: () => void socket.destroy() };
}

async function sendParts(socket: Socket, parts: readonly Buffer[], pause: () => Promise<void>): Promise<void> {
  for (const [index, part] of parts.entries()) {
    if (index > 0) await pause();
    if (!socket.destroyed) socket.write(part);
  }
}
