import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { ClientEndpoint } from '../../../lib/conformance/index.ts';
import type { KeyAndCertificate } from '../../../lib/nitro/self-signed.ts';
import { ClientHelloReader } from '../../../lib/simulator/wire/client-hello-reader.ts';

/** A proxy in front of a deployment, which does something wrong. */
export interface WrongProxy {
  readonly endpoint: ClientEndpoint;
  /** Ends every connection through it. */
  cut(): void;
  stop(): Promise<void>;
}

/** Returns where the deployment listens now; undefined while it does not. */
type Upstream = () => ClientEndpoint | undefined;

async function listening(server: Server): Promise<WrongProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    cut,
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream).pipe(client);
  for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
    one.on('error', () => other.destroy());
    one.once('close', () => other.destroy());
  }
}

/** Leads every connection on as it is. */
export const passing = (upstream: Upstream): Promise<WrongProxy> =>
  listening(
    createServer((client) => {
      const place = upstream();
      if (place === undefined) client.resetAndDestroy();
      else join(client, connect(place));
    }),
  );

/**
 * Reads the first bytes of each connection until they are a hello or can be none, then acts.
 *
 * @param act gets the bytes so far and the server name; undefined where the bytes are no hello.
 */
export const reading = (
  act: (client: Socket, first: Buffer, hello: { readonly serverName: string | undefined } | undefined) => void,
): Promise<WrongProxy> =>
  listening(
    createServer((client) => {
      const reader = new ClientHelloReader();
      let first = Buffer.alloc(0);
      const onData = (chunk: Buffer): void => {
        first = Buffer.concat([first, chunk]);
        const parsed = reader.push(chunk);
        if (parsed.state === 'more') return;
        client.off('data', onData).pause();
        act(client, first, parsed.state === 'hello' ? parsed.hello : undefined);
      };
      client.on('data', onData);
    }),
  );

/** Leads a connection on if its first segment is a whole hello, and resets it otherwise. */
export const impatient = (upstream: Upstream): Promise<WrongProxy> =>
  listening(
    createServer((client) =>
      client.once('data', (first) => {
        client.pause();
        lead(client, first, new ClientHelloReader().push(first).state === 'hello' ? upstream() : undefined);
      }),
    ),
  );

/** Leads a connection on, with what was read before. */
export function lead(client: Socket, first: Buffer, place: ClientEndpoint | undefined): void {
  if (place === undefined) {
    client.resetAndDestroy();
    return;
  }
  const upstream = connect(place);
  upstream.write(first);
  join(client, upstream);
}

/** Leads a connection on; where the deployment ends it without a byte, to a fallback that the name may choose. */
export const fallingBack = (
  upstream: Upstream,
  fallback: (serverName: string | undefined) => ClientEndpoint | undefined,
): Promise<WrongProxy> =>
  reading((client, first, hello) => {
    const place = upstream();
    const other = hello === undefined ? undefined : fallback(hello.serverName);
    if (place === undefined || other === undefined) {
      lead(client, first, other ?? place);
      return;
    }
    const attempt = connect(place, () => attempt.write(first));
    let answered = false;
    attempt.on('error', () => undefined);
    attempt.once('data', (chunk) => {
      answered = true;
      client.write(chunk);
      join(client, attempt);
    });
    attempt.once('close', () => {
      if (!answered) lead(client, first, other);
    });
  });

/** Ends TLS with a certificate of its own; encrypts again to `upstream`, or answers by itself where there is none. */
export const terminating = (identity: KeyAndCertificate, upstream: Upstream | undefined): Promise<WrongProxy> =>
  listening(
    createTlsServer({ ...identity, ALPNProtocols: ['http/1.1'] }, (client) => {
      client.on('error', () => undefined);
      const place = upstream?.();
      if (upstream === undefined || place === undefined) {
        client.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      const name = client.servername;
      const inner = connectTls({
        ...place,
        rejectUnauthorized: false,
        ...(typeof name === 'string' ? { servername: name } : {}),
      });
      join(client, inner);
    }),
  );

/** Answers each connection with bytes of its own, whatever comes. */
export const answering = (bytes: string | Buffer): Promise<WrongProxy> =>
  listening(createServer((client) => client.once('data', () => client.end(bytes))));
