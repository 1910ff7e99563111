import type { HttpAnswer } from './transport.ts';

/**
 * The cookie that names a session in later calls, from the answer to a log in: as it was set, else made of the id in
 * the body. Builds differ in which of the two they send, and whether the id (`##…`) is percent-encoded; a Console has
 * cookie and key of its own.
 *
 * @returns undefined where the answer names no session.
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

/** Log in and log out also clear cookies of older kinds: `SESSID=deleted`. */
function cookieIn(set: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|[,;\\s])${name}=([^;,\\s]+)`).exec(set)?.[1];
  return value === 'deleted' ? undefined : value;
}

function encoded(id: string): string {
  return /%[0-9a-f]{2}/i.test(id) ? id : encodeURIComponent(id);
}
