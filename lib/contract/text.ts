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

/** Orders texts by their code units, for `sort`: the same on every machine, whatever its language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
