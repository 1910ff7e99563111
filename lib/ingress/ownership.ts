import { foldHost } from './host.ts';

/** A domain and the namespaces that may use hosts under it. */
export interface HostOwnership {
  readonly suffix: string;
  readonly namespaces: readonly string[];
}

/** `foo.com` of `foo.com`, `.foo.com` and `*.foo.com`. */
function domainOf(suffix: string): string {
  return foldHost(suffix).replace(/^\*?\./, '');
}

/**
 * The domain that keeps a namespace from using a host (VAL-16); undefined where nothing does. The longest domain over
 * a host decides; a host under none is free. A wildcard that matches a domain itself needs that domain, too: `*.com`
 * would take the connections of `foo.com`.
 */
export function forbiddenBy(host: string, namespace: string, ownership: readonly HostOwnership[]): string | undefined {
  const owners = new Map<string, Set<string>>();
  for (const { suffix, namespaces } of ownership) {
    const domain = domainOf(suffix);
    owners.set(domain, new Set([...(owners.get(domain) ?? []), ...namespaces]));
  }
  const over = [...owners.keys()]
    .filter((domain) => host === domain || host.endsWith(`.${domain}`))
    .sort((a, b) => b.length - a.length)
    .slice(0, 1);
  const matched = host.startsWith('*.')
    ? [...owners.keys()].filter((domain) => domain.slice(domain.indexOf('.')) === host.slice(1))
    : [];
  return [...over, ...matched].find((domain) => !owners.get(domain)?.has(namespace));
}
