import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server of this process, as a member behind the appliance. */
export interface HttpListener {
  readonly port: number;
  close(): void;
}

/**
 * Listens on all addresses of this machine at a free port. It answers requests for these hosts with 200, and closes the
 * connection of any other: a monitor's, or a stranger's.
 *
 * @throws {NodeJS.ErrnoException}
 */
export async function listenHttp(hosts: readonly string[]): Promise<HttpListener> {
  const server = createServer(({ headers, socket }, response) => {
    if (hosts.includes(headers.host ?? '')) response.writeHead(200, { 'Content-Length': 0, Connection: 'close' }).end();
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
