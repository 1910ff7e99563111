import { foldHost, wildcardOf } from './host.ts';

/**
 * Returns a function that tells whether TLS is enabled for a host (VAL-3): an entry lists the host, the wildcard of an
 * entry covers its first label, or an entry without hosts covers all.
 */
export function tlsCoverage(entries: readonly { readonly hosts: readonly string[] }[]): (host: string) => boolean {
  const all = entries.some((entry) => entry.hosts.length === 0);
  const listed = new Set(entries.flatMap((entry) => entry.hosts.map(foldHost)));
  return (host) => all || listed.has(host) || (host.includes('.') && listed.has(wildcardOf(host)));
}
