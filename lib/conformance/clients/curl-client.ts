import { hostPort } from '../../contract/index.ts';
import type { TlsRequest } from '../case.ts';
import type { ConnectionResult } from '../seen.ts';
import type { ClientEndpoint, ClientSetup } from './endpoint.ts';
import { wordsIn } from './http-exchange.ts';
import { runProgram } from './program.ts';

/** Exit statuses of curl. */
const REFUSED = 7;
const NO_SUCH_GROUP = 59;
const OTHER_KEY = 90;
const ENDED = new Set([35, 52, 56]);

/** Connects with `curl`. */
export async function curlClient(
  { host: address, port }: ClientEndpoint,
  { host, version, alpn, certificate, groups }: TlsRequest,
  { pem, timeoutMs, backends }: ClientSetup,
): Promise<ConnectionResult> {
  if (host === undefined) return { kind: 'impossible', reason: 'curl always sends the name of its URL' };
  const args = [
    '--silent',
    '--show-error',
    // No authority signed the certificates of the back ends: their keys are known.
    '--insecure',
    ...['--pinnedpubkey', backends.map(({ pin }) => `sha256//${pin}`).join(';')],
    ...['--noproxy', '*'],
    ...['--connect-to', `${host}:443:${hostPort(address, port)}`],
    ...(version === undefined ? [] : [`--tlsv${version}`, '--tls-max', version]),
    alpn?.includes('h2') === true ? '--http2' : '--http1.1',
    ...(groups === undefined ? [] : ['--curves', groups]),
    ...(certificate === true ? ['--cert', pem] : []),
    `https://${host}/`,
  ];
  const { status, out, err } = await runProgram('curl', args, '', timeoutMs);
  const words = wordsIn(out);
  if (words !== undefined) return { kind: 'answer', words };
  if (status === NO_SUCH_GROUP) return { kind: 'impossible', reason: `this curl does not know the group ${groups}` };
  if (status === OTHER_KEY) return { kind: 'stranger', certificate: 'one whose key is no back end’s' };
  if (status === REFUSED) return { kind: 'ended', how: 'refused' };
  if (ENDED.has(status)) return { kind: 'ended', how: /reset/i.test(err) ? 'reset' : 'closed' };
  return { kind: 'failed', reason: err.trim() || `curl ended with status ${status}` };
}
