/**
 * What a host's text covers. The same text is the key of the front end's map.
 *
 * | form | text | covers |
 * |---|---|---|
 * | `exact` | `a.example.com` | the name itself |
 * | `one-label` | `*.example.com` | names with exactly one label more (an Ingress's wildcard) |
 * | `many-label` | `**.example.com` | names with one label more, or several (a Gateway's wildcard) |
 */
export type HostForm = 'exact' | 'one-label' | 'many-label';

/** Returns what a host covers. @param host canonical. */
export function hostForm(host: string): HostForm {
  if (host.startsWith('**.')) return 'many-label';
  return host.startsWith('*.') ? 'one-label' : 'exact';
}

/**
 * Returns the wildcards that cover a name, the most specific first: as an appliance looks for them (TLS-2).
 *
 * @param name canonical, and no wildcard.
 */
export function wildcardsOver(name: string): string[] {
  const labels = name.split('.');
  const above = labels.slice(1).map((_, cut) => labels.slice(cut + 1).join('.'));
  return above.flatMap((parent, cut) => (cut === 0 ? [`*.${parent}`, `**.${parent}`] : [`**.${parent}`]));
}

/** Returns a host as its manifest has it: a Gateway's wildcard has one asterisk there, too. */
export const writtenHost = (host: string): string => (hostForm(host) === 'many-label' ? host.slice(1) : host);

/** Returns whether a host covers a name, or is the same text. @param name canonical; may be a wildcard itself. */
export function coversName(host: string, name: string): boolean {
  if (host === name) return true;
  const form = hostForm(host);
  if (form === 'exact' || hostForm(name) !== 'exact') return false;
  const suffix = host.slice(host.indexOf('.'));
  const label = name.slice(0, -suffix.length);
  return name.endsWith(suffix) && label !== '' && (form === 'many-label' || !label.includes('.'));
}
