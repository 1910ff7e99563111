import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TlsRequest } from '../case.ts';

/** Longest plaintext of a TLS record (RFC 8446, 5.1). */
const LONGEST_RECORD = 16_384;
const HEADER = 5;

/**
 * Cuts the first flight of a client, its hello, as asked. Pure.
 *
 * TLS lets a handshake message span records, and TCP anything: what a proxy reads first may be a single byte.
 */
export function cut(flight: Buffer, segments: NonNullable<TlsRequest['segments']>): Buffer[] {
  if (segments === 'bytes') return [...flight].map((byte) => Buffer.of(byte));
  const message = Buffer.concat(records(flight));
  const size = Math.min(segments.records, LONGEST_RECORD);
  const count = Math.ceil(message.length / size);
  return Array.from({ length: count }, (_, index) => {
    const part = message.subarray(index * size, (index + 1) * size);
    const header = Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]);
    return Buffer.concat([header, part]);
  });
}

/** Returns the contents of TLS records. */
function records(flight: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at + HEADER <= flight.length; ) {
    const end = at + HEADER + flight.readUInt16BE(at + 3);
    contents.push(flight.subarray(at + HEADER, end));
    at = end;
  }
  return contents;
}

/**
 * Wraps a socket so that its first flight is cut, and each part leaves in a segment of its own.
 *
 * @param onPart is called whenever a part leaves: the connection is slow, and not stuck.
 */
export function shapedSocket(
  socket: Socket,
  segments: NonNullable<TlsRequest['segments']>,
  onPart: () => void,
): Duplex {
  let first = true;
  const shaped = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (!first) {
        socket.write(chunk, done);
        return;
      }
      first = false;
      void sendParts(socket, cut(chunk, segments), onPart).then(() => done(), done);
    },
    final: (done) => {
      socket.end();
      done();
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    if (!shaped.push(chunk)) socket.pause();
  });
  socket.on('end', () => shaped.push(null));
  socket.on('error', (error) => shaped.destroy(error));
  socket.on('close', () => shaped.destroy());
  return shaped;
}

/** Parts that leave before the other side gets time to read. */
const BURST = 8;

async function sendParts(socket: Socket, parts: readonly Buffer[], onPart: () => void): Promise<void> {
  for (const [index, part] of parts.entries()) {
    if (socket.destroyed) throw Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' });
    onPart();
    // Without delay, each write is a segment of its own.
    if (index % BURST !== BURST - 1) socket.write(part);
    else await new Promise<void>((resolve) => socket.write(part, () => setImmediate(resolve)));
  }
}
