import type { Socket } from 'node:net';
import { reset } from './relay.ts';

/** How a client sees that it is refused. */
type Refusal = 'reset' | 'close' | 'silence' | 'answer';

/** RFC 8446 6: record of an alert, TLS 1.2, two bytes: fatal, handshake_failure. */
const ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 40]);

/** Refuses a client in the way of the simulated build. */
export function refuse(socket: Socket, how: Refusal): void {
  if (how === 'reset') {
    reset(socket);
    return;
  }
  socket.resume();
  if (how === 'close') socket.end();
  else if (how === 'answer') socket.end(ALERT);
}
