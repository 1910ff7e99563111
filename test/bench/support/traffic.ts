import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Bytes on the wire, with the headers of HTTP. */
export interface Traffic {
  readonly sent: number;
  readonly received: number;
}

const sockets = new Set<Socket>();
let closed: Traffic = { sent: 0, received: 0 };

/** Counts the bytes of all connections that this process opens from now on. */
export function countTraffic(): void {
  channel('net.client.socket').subscribe((message) => {
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      closed = plus(closed, socket);
    });
  });
}

/** Returns the bytes since {@link countTraffic}. */
export function traffic(): Traffic {
  return [...sockets].reduce(plus, closed);
}

function plus({ sent, received }: Traffic, { bytesWritten, bytesRead }: Socket): Traffic {
  return { sent: sent + bytesWritten, received: received + bytesRead };
}
