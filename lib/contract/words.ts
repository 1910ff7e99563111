/** `192.0.2.10:443`, `[2001:db8::1]:443`: an address with its port as one text. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The first few of a list in words, and how many more. */
export function firstOf(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
