import type { ClientName, ConformanceCase, TlsAnswer, TlsRequest } from '../case.ts';
import { apply, ingress, service } from '../manifests.ts';

type Request = Omit<TlsRequest, 'host'>;
type Answer = Partial<Exclude<TlsAnswer, string>>;

/** Returns a case of one host, one back end and one connection. */
function connecting(id: string, rule: string, title: string, request: Request, answer: Answer = {}): ConformanceCase {
  const { client } = request;
  return {
    id: `tls-${id}`,
    rules: [rule],
    title,
    needs: [],
    ...(client === 'openssl' || client === 'curl' ? { client } : {}),
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host('shop'), scope.host('*')] })),
      { kind: 'tls', request: { host: scope.host('shop'), ...request }, answer: { backends: ['a'], ...answer } },
      { kind: 'tls', request: { host: scope.host('x'), ...request }, answer: { backends: ['a'], ...answer } },
    ],
  };
}

/** Returns a case in which a client is refused. */
function refused(id: string, title: string, request: Request): ConformanceCase {
  return {
    ...connecting(id, 'TLS-4', title, request),
    steps: (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host('shop')] })),
      { kind: 'tls', request: { host: scope.host('shop'), ...request }, answer: { backends: ['a'] } },
      { kind: 'tls', request: { host: scope.host('unknown'), ...request }, answer: 'reset' },
    ],
  };
}

const CLIENTS: readonly ClientName[] = ['node', 'openssl', 'curl'];
const VERSIONS = ['1.2', '1.3'] as const;

const matrix = CLIENTS.flatMap((client) =>
  VERSIONS.flatMap((version): ConformanceCase[] => {
    const id = `${client}-${version.replace('.', '')}`;
    const name = `${client} with TLS ${version}`;
    return [
      connecting(id, 'TLS-1', `${name} sees the back end’s certificate`, { client, version }, { version }),
      connecting(
        `${id}-h2`,
        'TLS-1',
        `${name} agrees on h2 with the back end`,
        { client, version, alpn: ['h2', 'http/1.1'] },
        { version, alpn: 'h2' },
      ),
      connecting(
        `${id}-http1`,
        'TLS-1',
        `${name} agrees on http/1.1 with the back end`,
        { client, version, alpn: ['http/1.1'] },
        { version, alpn: 'http/1.1' },
      ),
      connecting(
        `${id}-mutual`,
        'TLS-1',
        `${name} shows its certificate to the back end`,
        { client, version, certificate: true },
        { version, clientCertificate: true },
      ),
      refused(`${id}-unknown`, `${name} is reset for an unknown name`, { client, version }),
      ...(client === 'curl'
        ? []
        : [
            connecting(
              `${id}-resumed`,
              'TLS-1',
              `${name} resumes a session of the back end`,
              { client, version, resume: true },
              { version, resumed: true },
            ),
          ]),
    ];
  }),
);

const GROUPS = ['X25519', 'P-256', 'P-384', 'P-521'] as const;
const SIZES = [600, 1_500, 4_096, 8_192, 12_000, 16_000] as const;
/** Sent byte by byte. */
const SLOW_SIZES = [1_500, 4_096, 16_000] as const;
const RECORDS = [1, 16, 64, 200, 512] as const;

/** What a TLS client sees through the proxy: TLS-1, TLS-4, TLS-5. */
export const TLS_CASES: readonly ConformanceCase[] = [
  ...matrix,
  ...GROUPS.map((groups) =>
    connecting(
      `group-${groups.toLowerCase()}`,
      'TLS-1',
      `a key exchange of ${groups}`,
      { groups, version: '1.3' },
      { version: '1.3' },
    ),
  ),
  connecting(
    'group-post-quantum',
    'TLS-5',
    'a post-quantum key share (X25519MLKEM768)',
    { groups: 'X25519MLKEM768', version: '1.3' },
    { version: '1.3' },
  ),
  ...(['openssl', 'curl'] as const).map((client) =>
    connecting(
      `${client}-post-quantum`,
      'TLS-5',
      `${client} with a post-quantum key share (X25519MLKEM768)`,
      { client, groups: 'X25519MLKEM768', version: '1.3' },
      { version: '1.3' },
    ),
  ),
  connecting('group-post-quantum-bytes', 'TLS-5', 'a post-quantum key share, byte by byte', {
    groups: 'X25519MLKEM768',
    version: '1.3',
    segments: 'bytes',
  }),
  ...SIZES.map((helloBytes) =>
    connecting(`hello-${helloBytes}`, 'TLS-5', `a hello of about ${helloBytes} bytes`, { helloBytes }),
  ),
  ...SLOW_SIZES.map((helloBytes) =>
    connecting(`hello-${helloBytes}-bytes`, 'TLS-5', `a hello of about ${helloBytes} bytes, byte by byte`, {
      helloBytes,
      segments: 'bytes',
    }),
  ),
  ...VERSIONS.map((version) =>
    connecting(
      `bytes-${version.replace('.', '')}`,
      'TLS-5',
      `a hello of TLS ${version}, byte by byte`,
      { version, segments: 'bytes' },
      { version },
    ),
  ),
  ...RECORDS.map((records) =>
    connecting(`records-${records}`, 'TLS-5', `a hello in TLS records of ${records} bytes`, { segments: { records } }),
  ),
  refused('bytes-unknown', 'an unknown name is reset, byte by byte', { segments: 'bytes' }),
  refused('records-unknown', 'an unknown name in several records is reset', { segments: { records: 64 } }),
  refused('hello-16000-unknown', 'an unknown name in a hello of 16,000 bytes is reset', { helloBytes: 16_000 }),
  refused('h2-unknown', 'an unknown name that offers h2 is reset', { alpn: ['h2'] }),
];
