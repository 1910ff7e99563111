import { connect } from 'node:net';
import type { RawRequest } from '../case.ts';
import type { ConnectionResult } from '../seen.ts';
import type { ClientEndpoint } from './endpoint.ts';

/** Sends bytes, and waits until the other side ends the connection or sends something. */
export function rawClient(
  { host, port }: ClientEndpoint,
  request: RawRequest,
  timeoutMs: number,
): Promise<ConnectionResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const late = setTimeout(
      () => end({ kind: 'failed', reason: `the connection was still open after ${timeoutMs} ms` }),
      timeoutMs,
    );
    const end = (seen: ConnectionResult): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(seen);
    };
    socket.once('connect', () => socket.write(Buffer.from(request.bytes, 'hex')));
    socket.once('data', (bytes) =>
      end({ kind: 'failed', reason: `${bytes.length} bytes came back: ${bytes.subarray(0, 16).toString('hex')}` }),
    );
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'ended', how: error.code === 'ECONNREFUSED' ? 'refused' : 'reset' }),
    );
    socket.once('close', () => end({ kind: 'ended', how: 'closed' }));
  });
}
