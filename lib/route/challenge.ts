/** Prefix of the paths that a certificate authority requests over plain HTTP to validate a host (RFC 8555, 8.3). */
export const CHALLENGE_PREFIX = '/.well-known/acme-challenge/';

/** Returns the URL of a challenge without its scheme, as people name it. */
export const challengeName = ({ host, token }: { readonly host: string; readonly token: string }): string =>
  `${host}${CHALLENGE_PREFIX}${token}`;

/** A token has the alphabet of base64url (RFC 8555, 8.3). */
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

/** Most characters of host and token together: the key of a row has 255 bytes, of which its owner and separators take 28. */
export const longestChallenge = 255 - 28;

/** Returns the token of a challenge's path. @returns undefined for a path that names no challenge exactly. */
export function tokenIn(path: string): string | undefined {
  if (!path.startsWith(CHALLENGE_PREFIX)) return undefined;
  const token = path.slice(CHALLENGE_PREFIX.length);
  return TOKEN.test(token) ? token : undefined;
}
