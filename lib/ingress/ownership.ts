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

interface OwnershipIndex {
  readonly namespacesOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** `foo.com` → the domains one label below: a wildcard of it matches them. */
  readonly below: ReadonlyMap<string, readonly string[]>;
  /** `foo.com` → the domains any number of labels below: a wildcard over many labels matches them. */
  readonly under: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<readonly HostOwnership[], OwnershipIndex>();

/** Returns the index of a configuration, which is made once: an Ingress may have thousands of hosts. */
function indexOf(ownership: readonly HostOwnership[]): OwnershipIndex {
  const known = indexes.get(ownership);
  if (known !== undefined) return known;
  const namespacesOf = new Map<string, Set<string>>();
  for (const { suffix, namespaces } of ownership) {
    const domain = domainOf(suffix);
    namespacesOf.set(domain, new Set([...(namespacesOf.get(domain) ?? []), ...namespaces]));
  }
  const under = new Map<string, string[]>();
  for (const domain of namespacesOf.keys()) {
    for (let above = parentOf(domain); above !== ''; above = parentOf(above)) {
      const domains = under.get(above) ?? [];
      domains.push(domain);
      under.set(above, domains);
    }
  }
  const index = { namespacesOf, below: Map.groupBy(namespacesOf.keys(), parentOf), under };
  indexes.set(ownership, index);
  return index;
}

/** Returns a domain without its first label; empty for a single label. */
function parentOf(domain: string): string {
  const dot = domain.indexOf('.');
  return dot < 0 ? '' : domain.slice(dot + 1);
}

/**
 * Returns the domain that forbids a namespace to use a host (VAL-16); undefined where the host is allowed. The longest
 * domain above a host decides, and a host below none is free. A wildcard also needs the domains that it covers itself:
 * `*.com` would receive the connections of `foo.com`, and `**.com` those of `a.foo.com`, too.
 */
export function forbiddenBy(host: string, namespace: string, ownership: readonly HostOwnership[]): string | undefined {
  const { namespacesOf, below, under } = indexOf(ownership);
  let above = host;
  while (above !== '' && !namespacesOf.has(above)) above = parentOf(above);
  const covered = host.startsWith('**.')
    ? under.get(host.slice(3))
    : host.startsWith('*.')
      ? below.get(host.slice(2))
      : undefined;
  return [...(above === '' ? [] : [above]), ...(covered ?? [])].find(
    (domain) => !namespacesOf.get(domain)?.has(namespace),
  );
}
