import { get } from 'node:http';
import { connect, type PeerCertificate } from 'node:tls';
import type { LocalEndpoint } from '../local/backends.ts';

const TIMEOUT_MS = 5_000;

/** Result of a TLS connection, as a client sees it. */
export type TlsResult =
  | { readonly kind: 'certificate'; readonly commonName: string; readonly protocol: string; readonly body: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Opens one TLS connection, and sends one HTTP request through it.
 *
 * @param serverName the SNI; undefined sends none.
 */
export function probeTls(endpoint: LocalEndpoint, serverName: string | undefined, path = '/'): Promise<TlsResult> {
  return new Promise((resolve) => {
    const socket = connect({
      host: endpoint.host,
      port: endpoint.port,
      // The certificate is the back end's own: it is shown, not trusted.
      rejectUnauthorized: false,
      ...(serverName === undefined ? {} : { servername: serverName }),
    });
    let handshake: { commonName: string; protocol: string } | undefined;
    let body = '';
    const end = (result: TlsResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(TIMEOUT_MS, () => end({ kind: 'failed', reason: `no answer within ${TIMEOUT_MS} ms` }));
    socket.once('secureConnect', () => {
      handshake = { commonName: commonNameOf(socket.getPeerCertificate()), protocol: socket.getProtocol() ?? '' };
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${serverName ?? 'none'}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    socket.once('end', () => {
      end(
        handshake === undefined
          ? { kind: 'failed', reason: 'closed before the handshake' }
          : { kind: 'certificate', ...handshake, body: bodyOf(body) },
      );
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') end({ kind: 'refused' });
      else if (error.code === 'ECONNRESET') end({ kind: 'reset' });
      else end({ kind: 'failed', reason: error.message });
    });
  });
}

function commonNameOf(certificate: PeerCertificate): string {
  const name = certificate.subject?.CN;
  return (Array.isArray(name) ? name[0] : name) ?? '';
}

const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4).trim();

export interface HttpResult {
  readonly status: number;
  readonly location: string;
}

/** Sends one plain HTTP request with a Host header; redirects are not followed. */
export function probeHttp(endpoint: LocalEndpoint, host: string, path: string): Promise<HttpResult> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host: endpoint.host, port: endpoint.port, path, headers: { host }, timeout: TIMEOUT_MS, agent: false },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '' });
      },
    );
    request.once('error', reject);
  });
}
