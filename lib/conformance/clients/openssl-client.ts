import { randomUUID, X509Certificate } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hostPort } from '../../contract/index.ts';
import type { TlsRequest } from '../case.ts';
import type { ConnectionResult } from '../seen.ts';
import type { ClientEndpoint, ClientSetup } from './endpoint.ts';
import { wordsIn } from './http-exchange.ts';
import { identify } from './identify.ts';
import { runProgram } from './program.ts';

/** Connects with `openssl s_client`. */
export async function opensslClient(
  endpoint: ClientEndpoint,
  request: TlsRequest,
  setup: ClientSetup,
): Promise<ConnectionResult> {
  if (request.resume !== true) return run(endpoint, request, setup, []);
  const session = join(setup.folder, `${randomUUID()}.session`);
  try {
    const first = await run(endpoint, request, setup, ['-sess_out', session]);
    return first.kind === 'answer' ? await run(endpoint, request, setup, ['-sess_in', session]) : first;
  } finally {
    await rm(session, { force: true });
  }
}

async function run(
  { host: address, port }: ClientEndpoint,
  { host, version, alpn, certificate, groups }: TlsRequest,
  { timeoutMs, pem, backends }: ClientSetup,
  more: readonly string[],
): Promise<ConnectionResult> {
  const args = [
    's_client',
    ...['-connect', hostPort(address, port)],
    ...(host === undefined ? ['-noservername'] : ['-servername', host]),
    ...(version === undefined ? [] : [version === '1.2' ? '-tls1_2' : '-tls1_3']),
    ...(alpn === undefined ? [] : ['-alpn', alpn.join(',')]),
    ...(groups === undefined ? [] : ['-groups', groups]),
    ...(certificate === true ? ['-cert', pem, '-key', pem] : []),
    '-ign_eof',
    ...more,
  ];
  // A back end that agreed on h2 does not understand this, ends, and has shown what it agreed on.
  const input = `GET / HTTP/1.1\r\nHost: ${host ?? 'localhost'}\r\nConnection: close\r\n\r\n`;
  const { out, err } = await runProgram('openssl', args, input, timeoutMs);
  if (/Call to SSL_CONF_cmd\(-groups/.test(err)) {
    return { kind: 'impossible', reason: `this openssl does not know the group ${groups}` };
  }
  const who = identify(certificateIn(out), backends);
  if (who.kind === 'stranger') return who;
  const words = wordsIn(out);
  if (words !== undefined) return { kind: 'answer', words, ...who.shown };
  const subject = /^subject=CN ?= ?backend (\S+)/m.exec(out)?.[1];
  const protocol = /^ALPN protocol: (\S+)/m.exec(out)?.[1];
  if (subject !== undefined && protocol === 'h2') {
    const [, kind, agreed = ''] = /^(New|Reused), (TLSv[\d.]+)/m.exec(out) ?? [];
    return {
      kind: 'answer',
      words: {
        backend: subject,
        serverName: host ?? '',
        alpn: protocol,
        version: agreed,
        resumed: kind === 'Reused',
        clientCertificate: '',
      },
      ...who.shown,
    };
  }
  if (/Connection refused/.test(err)) return { kind: 'ended', how: 'refused' };
  const read = Number(/SSL handshake has read (\d+) bytes/.exec(out)?.[1] ?? '0');
  if (read === 0) return { kind: 'ended', how: /reset|errno=104/.test(err) ? 'reset' : 'closed' };
  return { kind: 'failed', reason: `openssl: ${lastLine(err) || lastLine(out)}` };
}

const END = '-----END CERTIFICATE-----';

/** Returns the certificate that the server showed. */
function certificateIn(out: string): X509Certificate | undefined {
  const begin = out.indexOf('-----BEGIN CERTIFICATE-----');
  const end = out.indexOf(END, begin);
  return begin < 0 || end < 0 ? undefined : new X509Certificate(out.slice(begin, end + END.length));
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
