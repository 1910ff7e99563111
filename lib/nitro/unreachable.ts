/** Words for the reasons why an appliance gives no answer: codes of Node and OpenSSL mean nothing to an operator. */

interface Words {
  readonly reason: string;
  /** A sentence about what to do next. */
  readonly advice: string;
  /** Whether the error comes before a byte of the request goes out. Certificates are checked before, too. */
  readonly beforeSending: boolean;
}

const CHECK_ENDPOINT = 'Check host and port in `endpoints` of appliances.yml';
const TRUST =
  'Put the PEM of its certificate, or of the authority that signed it, in `tls.ca`, and a name that the certificate has in `tls.serverName`';

const before = (reason: string, advice: string): Words => ({ reason, advice, beforeSending: true });
const after = (reason: string, advice: string): Words => ({ reason, advice, beforeSending: false });

const CLOSED = after(
  'the connection was closed before the whole answer came',
  'Check that the port is that of NITRO, that `endpoints` says https:// where it speaks TLS, and that no firewall between closes connections.',
);
const NO_ROUTE = before(
  'there is no route to it',
  'Check the address in `endpoints`, and the routes and security groups from here to the management network.',
);
const UNTRUSTED = before(
  'its certificate is signed by an authority that is not trusted here',
  `${TRUST}; a certificate that lacks its intermediate ones has to be installed with them.`,
);
const NOT_HTTP = after(
  'its answer is not HTTP',
  `${CHECK_ENDPOINT}: another service listens there, or it speaks TLS and the endpoint must begin with https://.`,
);

/**
 * Reasons by code. `WRONG_VERSION` and `TOO_LARGE` are ours: Node says `EPROTO` for everything that OpenSSL refuses, and
 * axios `ERR_BAD_RESPONSE`.
 */
const WORDS: Readonly<Record<string, Words>> = {
  ECONNREFUSED: before(
    'the connection was refused, nothing listens there',
    `${CHECK_ENDPOINT}, and that management access is enabled on that address of the appliance.`,
  ),
  ENOTFOUND: before(
    'the host name is not known to the name servers',
    'Check the name in `endpoints` of appliances.yml, and the resolver of this machine.',
  ),
  EAI_AGAIN: before(
    'the name servers gave no answer for the host name',
    'Check the resolver of this machine, and its way to the name servers.',
  ),
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ETIMEDOUT: before(
    'the connection was not accepted in time',
    `${CHECK_ENDPOINT}, and that firewalls and security groups let this machine through.`,
  ),
  ECONNRESET: CLOSED,
  ECONNABORTED: CLOSED,
  EPIPE: CLOSED,
  DEPTH_ZERO_SELF_SIGNED_CERT: before(
    'its certificate is self-signed, as it is on an appliance as delivered, and not trusted here',
    `${TRUST}.`,
  ),
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: before('its certificate has expired', 'Install a new one on the appliance.'),
  CERT_NOT_YET_VALID: before(
    'its certificate is not valid yet',
    'Compare the clocks of this machine and of the appliance.',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: before(
    'its certificate is for another name',
    'Write a name that the certificate has in `tls.serverName`, or install a certificate for the address in `endpoints`.',
  ),
  WRONG_VERSION: before(
    'it does not speak TLS on that port',
    `${CHECK_ENDPOINT}: http:// and the port of plain HTTP belong together, and https:// and the port of HTTPS.`,
  ),
  EPROTO: before(
    'the TLS handshake failed',
    'Check that the management service of the appliance allows TLS 1.2 or newer, and that the port is that of HTTPS.',
  ),
  TOO_LARGE: after('its answer is larger than 64 MiB', `${CHECK_ENDPOINT}: is it a NetScaler?`),
};

const OTHERS: readonly (readonly [pattern: RegExp, words: Words])[] = [
  [/^HPE_/, NOT_HTTP],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH|HOSTNAME_MISMATCH)/,
    before(
      'its certificate or its TLS is not acceptable',
      'Check the certificate of its management service, and `tls` in appliances.yml.',
    ),
  ],
];

const UNKNOWN = after('the connection failed', `${CHECK_ENDPOINT}, and the way there.`);

/** Something else than NITRO answered. */
export const NOT_NITRO = `Is it a NetScaler, or its Console with \`console\` configured? ${CHECK_ENDPOINT}.`;

/** Nothing answered in time. */
export const SILENT = `The address accepts packets and answers nothing, or a firewall drops them. ${CHECK_ENDPOINT}, and the way there.`;

/**
 * Says why there was no answer, and what to do.
 *
 * @param error of the HTTP client. Only its code and what OpenSSL says are looked at: it holds the whole request,
 *   credentials included.
 */
export function whyUnreachable(error: unknown): {
  readonly reason: string;
  readonly advice: string;
  readonly sent: boolean;
} {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const given = typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
  const words = given === undefined ? UNKNOWN : wordsOf(given, String(message));
  const { reason, advice, beforeSending } = words;
  return { reason: given === undefined ? reason : `${reason} (${given})`, advice, sent: !beforeSending };
}

function wordsOf(code: string, message: string): Words {
  if (code === 'EPROTO' && /wrong version number|packet length too long/.test(message)) return WORDS.WRONG_VERSION!;
  if (code === 'ERR_BAD_RESPONSE' && message.startsWith('maxContentLength')) return WORDS.TOO_LARGE!;
  return WORDS[code] ?? OTHERS.find(([pattern]) => pattern.test(code))?.[1] ?? UNKNOWN;
}

/** Scheme, host and port of a base URL, the port always named. User information and path are left out. */
export function endpointOf(baseUrl: string): string {
  const { protocol, hostname, port } = new URL(baseUrl);
  return `${protocol}//${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}
