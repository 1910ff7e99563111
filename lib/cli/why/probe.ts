import { connect, type PeerCertificate } from 'node:tls';
import { hostPort } from '../../contract/index.ts';

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

/**
 * Shakes hands through a VIP, with the host as server name. The certificate is looked at, not trusted: it is the back
 * end's own.
 *
 * @param timeoutMs limit of the whole handshake.
 */
export function probe(vip: string, port: number, host: string, timeoutMs: number): Promise<ProbeResult> {
  const address = hostPort(vip, port);
  // A wildcard is no server name: any label under it is one.
  const servername = host.replace(/^\*\*?\./, 'nspass-probe.');
  return new Promise((resolve) => {
    const socket = connect({ host: vip, port, servername, rejectUnauthorized: false });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () =>
      end({ result: 'failed', address, reason: `no answer within ${timeoutMs / 1000} s` }),
    );
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      end({
        result: 'certificate',
        address,
        subject: subjectOf(certificate),
        notAfter: Date.parse(certificate.valid_to),
      });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
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
