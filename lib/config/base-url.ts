/** Problem of a text that is no URL at all. */
export const NOT_A_URL = 'is not a URL that begins with https:// or http://';

/**
 * Returns what keeps a text from being the base URL of an API, as the end of a sentence whose subject is the place of the
 * text. The text is not repeated, because it may hold a password.
 *
 * @returns undefined for a URL that can be used.
 */
export function baseUrlProblem(text: string): string | undefined {
  // Also without a scheme, as in `user:password@192.0.2.5`, a password may be meant.
  if (holdsCredentials(text)) return 'holds a user name or password: remove them, because addresses are shown';
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\//i.test(text)) return NOT_A_URL;
  if (/[?#]/.test(text)) return 'has a query or a fragment: remove it';
  return undefined;
}

/** Returns whether a URL has user information (RFC 3986, 3.2.1): logs and messages would show it. */
export function holdsCredentials(url: string): boolean {
  // The URL parser drops these wherever they stand.
  const seen = url.replace(/[\t\n\r]/g, '');
  const authority = seen.replace(/^\s*([a-z][a-z0-9+.-]*:)?[\\/]*/i, '').split(/[\\/?#]/, 1)[0] ?? '';
  return authority.includes('@');
}
