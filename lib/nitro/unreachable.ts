/** Explains to operators why an appliance is unreachable: codes of Node and OpenSSL mean nothing to them. */

interface Explanation {
  readonly reason: string;
  /** A sentence about what to do next. */
  readonly advice: string;
  /** The error occurs before a byte of the request is sent. Certificates are verified before, too. */
  readonly beforeSending: boolean;
}

const CHECK_ENDPOINT = 'Check host and port in `endpoints` of appliances.yml';
const TRUST =
  'Put the PEM of its certificate, or of the authority that signed it, in `tls.ca`, and a name that the certificate has in `tls.serverName`';

const before = (reason: string, advice: string): Explanation => ({ reason, advice, beforeSending: true });
const after = (reason: string, advice: string): Explanation => ({ reason, advice, beforeSending: false });

const CLOSED = after(
  'the connection was closed before the answer was complete',
  'Check that the port serves NITRO, that `endpoints` says https:// if the port speaks TLS, and that no firewall closes connections.',
);
const NO_ROUTE = before(
  'there is no route to the appliance',
  'Check the address in `endpoints`, and the routes and security groups from here to the management network.',
);
const UNTRUSTED = before(
  'its certificate is signed by an authority that is not trusted here',
  `${TRUST}. If intermediate certificates are missing, install them on the appliance.`,
);
const NOT_HTTP = after(
  'the answer is not HTTP',
  `${CHECK_ENDPOINT}: another service listens there, or the port speaks TLS and the endpoint must begin with https://.`,
);

/**
 * Explanations by code. `WRONG_VERSION` and `TOO_LARGE` are codes of this file: Node reports `EPROTO` for everything that
 * OpenSSL rejects, and axios `ERR_BAD_RESPONSE`.
 */
const BY_CODE: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: before(
    'the connection was refused, because nothing listens on that port',
    `${CHECK_ENDPOINT}, and that the appliance allows management access on that address.`,
  ),
  ENOTFOUND: before(
    'the host name is not known to the name servers',
    'Check the name in `endpoints` of appliances.yml, and the resolver of this machine.',
  ),
  EAI_AGAIN: before(
    'the name servers did not answer',
    'Check the resolver of this machine, and its connection to the name servers.',
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
    'its certificate is self-signed, as on every new appliance, and not trusted here',
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
    'the port does not speak TLS',
    `${CHECK_ENDPOINT}: use http:// with the port of plain HTTP, and https:// with the port of HTTPS.`,
  ),
  EPROTO: before(
    'the TLS handshake failed',
    'Check that the management service of the appliance allows TLS 1.2 or newer, and that the port is its HTTPS port.',
  ),
  TOO_LARGE: after('the answer is larger than 64 MiB', `${CHECK_ENDPOINT}: is it a NetScaler?`),
};

const BY_PATTERN: readonly (readonly [pattern: RegExp, explanation: Explanation])[] = [
  [/^HPE_/, NOT_HTTP],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH|HOSTNAME_MISMATCH)/,
    before(
      'its certificate or its TLS configuration is not accepted',
      'Check the certificate of its management service, and `tls` in appliances.yml.',
    ),
  ],
];

const UNKNOWN = after('the connection failed', `${CHECK_ENDPOINT}, and the network path to the appliance.`);

/** Advice where something else than NITRO answered. */
export const NOT_NITRO = `Is it a NetScaler, or its Console with \`console\` configured? ${CHECK_ENDPOINT}.`;

/** Advice where nothing answered in time. */
export const SILENT = `The address does not answer, or a firewall drops the packets. ${CHECK_ENDPOINT}, and the network path to the appliance.`;

/**
 * Explains why there was no answer, and what to do.
 *
 * @param error of the HTTP client. Only its code and OpenSSL's reason are used, because it holds the whole request,
 *   credentials included.
 */
export function whyUnreachable(error: unknown): {
  readonly reason: string;
  readonly advice: string;
  readonly sent: boolean;
} {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const given = typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
  const { reason, advice, beforeSending } = given === undefined ? UNKNOWN : explanationOf(given, String(message));
  return { reason: given === undefined ? reason : `${reason} (${given})`, advice, sent: !beforeSending };
}

function explanationOf(code: string, message: string): Explanation {
  if (code === 'EPROTO' && /wrong version number|packet length too long/.test(message)) return BY_CODE.WRONG_VERSION!;
  if (code === 'ERR_BAD_RESPONSE' && message.startsWith('maxContentLength')) return BY_CODE.TOO_LARGE!;
  return BY_CODE[code] ?? BY_PATTERN.find(([pattern]) => pattern.test(code))?.[1] ?? UNKNOWN;
}

/** Returns scheme, host and port of a base URL, with the port always named. User information and path are left out. */
export function endpointOf(baseUrl: string): string {
  const { protocol, hostname, port } = new URL(baseUrl);
  return `${protocol}//${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}
