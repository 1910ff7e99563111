import { connect, type PeerCertificate } from 'node:tls';
import { hostPort } from '../contract/index.ts';

/** Result of a TLS handshake with a VIP. */
export type ProbeResult =
  | {
      readonly result: 'certificate';
      readonly address: string;
      /** Common name, or the first alternative name. */
      readonly subject: string;
      /** Milliseconds since the epoch. */
      readonly notAfter: number;
    }
  | { readonly result: 'reset'; readonly address: string }
  | { readonly result: 'failed'; readonly address: string; readonly reason: string };

/** Returns the name that a handshake sends for a host. A wildcard is no server name: any label under it is one. */
const serverNameOf = (host: string): string => host.replace(/^\*\*?\./, 'nspass-probe.');

/**
 * Shakes hands through a VIP, with the host as server name. The certificate is looked at, not trusted: it is the back end's
 * own, often of an authority that this machine does not know, and nothing is sent after it. One that asks for a certificate
 * of the client has shown its own by then.
 *
 * @param timeoutMs limit of the whole handshake.
 */
export function probe(vip: string, port: number, host: string, timeoutMs: number): Promise<ProbeResult> {
  const address = hostPort(vip, port);
  return new Promise((resolve) => {
    const servername = serverNameOf(host);
    // With `requestOCSP`, the certificate shows before a back end can ask for the client's, and end the handshake.
    const socket = connect({ host: vip, port, servername, rejectUnauthorized: false, requestOCSP: true });
    const timer = setTimeout(() => {
      end({ result: 'failed', address, reason: `no answer within ${timeoutMs / 1000} s` });
    }, timeoutMs);
    const end = (result: ProbeResult): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const look = (): void => {
      const certificate = socket.getPeerCertificate();
      const notAfter = Date.parse(certificate.valid_to);
      if (Number.isNaN(notAfter)) end({ result: 'failed', address, reason: 'the back end showed no certificate' });
      else end({ result: 'certificate', address, subject: subjectOf(certificate), notAfter });
    };
    socket.once('OCSPResponse', look);
    socket.once('secureConnect', look);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') end({ result: 'reset', address });
      else end({ result: 'failed', address, reason: error.message });
    });
    socket.once('end', () => end({ result: 'reset', address }));
  });
}

function subjectOf({ subject, subjectaltname }: PeerCertificate): string {
  const name = subject?.CN;
  const common = Array.isArray(name) ? name[0] : name;
  return common ?? subjectaltname?.split(', ')[0]?.replace(/^DNS:/, '') ?? 'without a name';
}
