import { foldHost, parseHost } from './host.ts';

/** A domain and the namespaces that may use hosts under it. */
export interface HostOwnership {
  readonly suffix: string;
  readonly namespaces: readonly string[];
}

/** Returns `foo.com` for `foo.com`, `.foo.com` and `*.foo.com`. */
function domainOf(suffix: string): string {
  return foldHost(suffix).replace(/^\*?\./, '');
}

/** Returns why no host can lie under a suffix; undefined for a domain. */
export function suffixProblem(suffix: string): string | undefined {
  const parsed = parseHost(domainOf(suffix));
  return 'reason' in parsed ? parsed.reason : undefined;
}

/** Returns whether a wildcard for one label (`*.`) or for many (`**.`) covers a domain. */
function coversDomain(host: string, domain: string): boolean {
  if (host.startsWith('**.')) return domain.endsWith(host.slice(2));
  return host.startsWith('*.') && domain.slice(domain.indexOf('.')) === host.slice(1);
}

/**
 * Returns the domain that forbids a namespace to use a host (VAL-16); undefined where the host is allowed. The longest
 * domain above a host decides, and a host below none is free. A wildcard also needs the domains that it covers itself:
 * `*.com` would receive the connections of `foo.com`, and `**.com` those of `a.foo.com`, too.
 */
export function forbiddenBy(host: string, namespace: string, ownership: readonly HostOwnership[]): string | undefined {
  const owners = new Map<string, Set<string>>();
  for (const { suffix, namespaces } of ownership) {
    const domain = domainOf(suffix);
    owners.set(domain, new Set([...(owners.get(domain) ?? []), ...namespaces]));
  }
  const above = [...owners.keys()]
    .filter((domain) => host === domain || host.endsWith(`.${domain}`))
    .sort((a, b) => b.length - a.length)
    .slice(0, 1);
  const covered = [...owners.keys()].filter((domain) => coversDomain(host, domain));
  return [...above, ...covered].find((domain) => !owners.get(domain)?.has(namespace));
}
