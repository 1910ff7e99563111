/** The forms in which people type lists, in answers and flags. */

/** Parses entries with commas or spaces between them. */
export function parseList(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

export const listText = (entries: readonly string[]): string => entries.join(', ');

/** A domain suffix and the namespaces that may use hosts under it. */
interface Ownership {
  suffix: string;
  namespaces: string[];
}

/** Parses `suffix=namespace,namespace`. @returns undefined for another form. */
export function parseOwnership(text: string): Ownership | undefined {
  const [suffix = '', namespaces, ...rest] = text.trim().split('=');
  if (suffix === '' || namespaces === undefined || rest.length > 0) return undefined;
  return { suffix, namespaces: parseList(namespaces) };
}

/** Parses several `suffix=namespace,namespace` with spaces between them. @returns undefined for another form. */
export function parseOwnerships(text: string): Ownership[] | undefined {
  const entries = text
    .trim()
    .split(/[\s;]+/)
    .map(parseOwnership);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

export function ownershipsText(entries: readonly Ownership[]): string {
  return entries.map(({ suffix, namespaces }) => `${suffix}=${namespaces.join(',')}`).join(' ');
}
