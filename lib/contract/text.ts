/** Returns an address and port as one text: `192.0.2.10:443`, `[2001:db8::1]:443`. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Returns the first items of a list as text, and how many more there are.
 *
 * @param omitted further items that are not in the list.
 */
export function firstOf(items: readonly string[], most: number, omitted = 0): string {
  const shown = items.slice(0, most);
  const more = items.length - shown.length + omitted;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Matches what a terminal, a log viewer or an editor obeys instead of showing it: controls, directions, breaks of lines. */
const ACTIVE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Returns a text in one line that can be shown: U+FFFD stands for each control character, for each mark of direction, and for
 * half a surrogate pair. Every message with a text of somebody else's passes here: it ends in logs and terminals.
 */
export const visible = (text: string): string => text.toWellFormed().replace(ACTIVE, '\ufffd');

/** Orders texts by their code units, for `sort`: the same on every machine, whatever its language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
