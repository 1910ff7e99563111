import type { TlsAnswer, TlsRequest } from './case.ts';
import type { Profile } from './profile.ts';

/** What a back end of the suite says about a connection, as JSON. */
export interface BackendWords {
  readonly backend: string;
  /** Server name of the hello, as the back end saw it; empty if there was none. */
  readonly serverName: string;
  readonly alpn: string;
  readonly version: string;
  readonly resumed: boolean;
  /** Common name of the client's certificate; empty if it showed none. */
  readonly clientCertificate: string;
}

/** What came of a connection. */
export type ConnectionResult =
  | {
      readonly kind: 'answer';
      readonly words: BackendWords;
      /** The back end whose certificate was shown, where the client can tell. */
      readonly certificateOf?: string;
    }
  /** Somebody who is no back end completed the handshake. */
  | { readonly kind: 'stranger'; readonly certificate: string }
  /** It ended before the other side sent a byte. */
  | { readonly kind: 'ended'; readonly how: 'reset' | 'closed' | 'refused' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The client cannot make such a connection. */
  | { readonly kind: 'impossible'; readonly reason: string };

/** Returns what differs from the expected answer; undefined if nothing does. Pure. */
export function difference(
  seen: ConnectionResult,
  answer: TlsAnswer,
  { host }: Pick<TlsRequest, 'host'>,
  strangers: Profile['unserved'] = 'reset',
): string | undefined {
  if (answer === 'reset' || (answer === 'unserved' && strangers === 'reset')) {
    return seen.kind === 'ended' ? undefined : `expected a reset, ${inWords(seen)}`;
  }
  if (answer === 'unserved') return seen.kind === 'answer' ? `expected no back end, ${inWords(seen)}` : undefined;
  if (seen.kind !== 'answer') return `expected an answer of ${answer.backends.join(' or ')}, ${inWords(seen)}`;
  const { words, certificateOf = words.backend } = seen;
  const checks: readonly (readonly [what: string, is: unknown, should: unknown])[] = [
    ['back end', words.backend, answer.backends.includes(words.backend) ? words.backend : answer.backends.join(' or ')],
    ['certificate', certificateOf, words.backend],
    // A server that resumes a session of TLS 1.2 does not tell the name of the hello.
    ...(words.resumed ? [] : [['server name', words.serverName.toLowerCase(), host?.toLowerCase() ?? ''] as const]),
    ['application protocol', words.alpn, answer.alpn ?? words.alpn],
    ['version', words.version, answer.version === undefined ? words.version : `TLSv${answer.version}`],
    ['resumed', words.resumed, answer.resumed ?? words.resumed],
    ['client certificate', words.clientCertificate !== '', answer.clientCertificate ?? words.clientCertificate !== ''],
  ];
  const wrong = checks.filter(([, is, should]) => is !== should);
  if (wrong.length === 0) return undefined;
  return wrong.map(([what, is, should]) => `${what} is ${is}, should be ${should}`).join('; ');
}

/** Describes what came of a connection. */
export function inWords(seen: ConnectionResult): string {
  switch (seen.kind) {
    case 'answer':
      return `back end ${seen.words.backend} answered`;
    case 'ended':
      return seen.how === 'refused' ? 'nothing listens there' : `the connection was ${seen.how}`;
    case 'stranger':
      return `the handshake was not with a back end: it showed the certificate ${seen.certificate}`;
    case 'failed':
    case 'impossible':
      return seen.reason;
  }
}
