import { foldHost, wildcardOf } from './host.ts';

/**
 * Whether TLS is enabled for a host (VAL-3): an entry lists it, an entry's wildcard covers its first label, or an
 * entry has no hosts and so covers all.
 */
export function tlsCoverage(entries: readonly { readonly hosts: readonly string[] }[]): (host: string) => boolean {
  const all = entries.some((entry) => entry.hosts.length === 0);
  const listed = new Set(entries.flatMap((entry) => entry.hosts.map(foldHost)));
  return (host) => all || listed.has(host) || (host.includes('.') && listed.has(wildcardOf(host)));
}
