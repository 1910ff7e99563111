import { createHash, X509Certificate } from 'node:crypto';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../nitro/self-signed.ts';
import type { BackendIdentity, ClientEndpoint } from './clients/endpoint.ts';
import type { BackendWords } from './seen.ts';

/** Names of the back ends that answer. */
export const BACKEND_NAMES = ['a', 'b', 'c'] as const;
/** Name of the back end where nothing listens. */
export const DOWN = 'down';
/** Nothing listens on the port "discard". */
export const NOWHERE: ClientEndpoint = { host: '127.0.0.1', port: 9 };

const DAYS = 30;

/** The TLS servers that stand behind the routes of the suite. They speak HTTP/1.1 and h2, and say who they are. */
export class Backends {
  readonly #servers: readonly { readonly name: string; readonly server: Http2SecureServer }[];
  /** By what clients know them. */
  readonly identities: readonly BackendIdentity[];
  readonly #sockets = new Set<Socket>();

  private constructor(servers: readonly { name: string; cert: string; server: Http2SecureServer }[]) {
    this.#servers = servers;
    this.identities = servers.map(({ name, cert }) => identityOf(name, cert));
    for (const { server } of servers) {
      server.on('connection', (socket: Socket) => {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
        socket.on('error', () => undefined);
      });
    }
  }

  /** Starts them on free ports of an address. */
  static async start(address: string, now: number): Promise<Backends> {
    const servers = await Promise.all(
      BACKEND_NAMES.map(async (name) => {
        const { key, cert } = await selfSigned({ commonName: `backend ${name}`, algorithm: 'ecdsa', days: DAYS, now });
        const server = createSecureServer({
          key,
          cert,
          allowHTTP1: true,
          requestCert: true,
          // Any certificate will do: it is only told who came.
          rejectUnauthorized: false,
        });
        server.on('request', (request, response) => {
          response.setHeader('content-type', 'application/json');
          response.end(`${JSON.stringify(wordsOf(name, request))}\n`);
        });
        // A connection that is tested for surviving a change may be idle for long.
        Object.assign(server, { keepAliveTimeout: 0 });
        server.on('sessionError', () => undefined);
        server.on('tlsClientError', () => undefined);
        await new Promise<void>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, address, resolve);
        });
        return { name, cert, server };
      }),
    );
    return new Backends(servers);
  }

  /** Returns the port of a back end. */
  port(name: string): number {
    const found = this.#servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`there is no back end ${name}`);
    return (found.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  }
}

function identityOf(name: string, pem: string): BackendIdentity {
  const { fingerprint256: fingerprint, publicKey } = new X509Certificate(pem);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { name, fingerprint, pin: createHash('sha256').update(spki).digest('base64') };
}

function wordsOf(backend: string, request: Http2ServerRequest): BackendWords {
  const socket = (request.httpVersionMajor === 2 ? request.stream.session?.socket : request.socket) as TLSSocket & {
    servername?: string | false;
  };
  const name = socket.getPeerCertificate()?.subject?.CN;
  return {
    backend,
    serverName: socket.servername === false ? '' : (socket.servername ?? ''),
    alpn: socket.alpnProtocol === false ? '' : (socket.alpnProtocol ?? ''),
    version: socket.getProtocol() ?? '',
    resumed: socket.isSessionReused(),
    clientCertificate: (Array.isArray(name) ? name[0] : name) ?? '',
  };
}
