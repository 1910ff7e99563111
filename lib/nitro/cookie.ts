import type { HttpAnswer } from './transport.ts';

/**
 * Returns the session cookie of the answer to a log in: the one that was set, otherwise one made of the id in the body.
 * Builds differ in which of the two they send, and whether the id (`##…`) is percent-encoded; a Console has a cookie and a
 * field of its own.
 *
 * @returns undefined for an answer without a session.
 */
export function sessionCookie(answer: HttpAnswer): string | undefined {
  const set = answer.headers['set-cookie'] ?? '';
  const cookie = cookieIn(set, 'NITRO_AUTH_TOKEN');
  if (cookie !== undefined) return `NITRO_AUTH_TOKEN=${cookie}`;
  const { sessionid, login } = answer.body ?? {};
  if (typeof sessionid === 'string' && sessionid !== '') return `NITRO_AUTH_TOKEN=${encoded(sessionid)}`;
  const first = (Array.isArray(login) ? login[0] : login) as { sessionid?: unknown } | undefined;
  if (typeof first?.sessionid === 'string' && first.sessionid !== '') return `SESSID=${encoded(first.sessionid)}`;
  const consoles = cookieIn(set, 'SESSID');
  return consoles === undefined ? undefined : `SESSID=${consoles}`;
}

/** Ignores cookies that the answer clears: `SESSID=deleted`. */
function cookieIn(set: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|[,;\\s])${name}=([^;,\\s]+)`).exec(set)?.[1];
  return value === 'deleted' ? undefined : value;
}

/** Returns an id as a value of a cookie (RFC 6265 4.1.1): some builds send it percent-encoded. */
function encoded(id: string): string {
  return /^(?:[\w.~!*'()-]|%[0-9a-f]{2})+$/i.test(id) ? id : encodeURIComponent(id.toWellFormed());
}
