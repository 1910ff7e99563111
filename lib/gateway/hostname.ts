import { parseHost } from '../ingress/host.ts';

/** A hostname of a listener or route in canonical form, or the reason why the text is not one. */
export type HostnameResult = { readonly hostname: string } | { readonly reason: string };

/**
 * Parses a hostname (GW-3, GW-10): a DNS name, or `*.` and a DNS name; never an IP address. The API server also refuses
 * capitals and a trailing dot, which are folded here as for Ingresses. Source: `Hostname` in apis/v1/shared_types.go.
 */
export function parseHostname(text: string): HostnameResult {
  if (text === '') return { reason: 'is empty' };
  const parsed = parseHost(text);
  return 'host' in parsed ? { hostname: parsed.host } : { reason: parsed.reason };
}

/** Returns whether a wildcard covers a hostname. The star stands for one or more labels, other than in an Ingress. */
function covers(wildcard: string, hostname: string): boolean {
  if (!wildcard.startsWith('*.')) return false;
  const name = hostname.startsWith('*.') ? hostname.slice(1) : hostname;
  const suffix = wildcard.slice(1);
  return hostname.startsWith('*.') ? name.endsWith(suffix) : name.length > suffix.length && name.endsWith(suffix);
}

/**
 * Returns the hostname that a listener and a route have in common (GW-10), in canonical form.
 *
 * | listener | route | common |
 * |---|---|---|
 * | none | any | that of the route |
 * | `a.example.com` | `a.example.com` | itself |
 * | `a.example.com` | `*.example.com` | `a.example.com` |
 * | `*.example.com` | `a.b.example.com` | `a.b.example.com` |
 * | `*.example.com` | `*.b.example.com` | `*.b.example.com` |
 * | `*.example.com` | `example.com` | undefined |
 *
 * Source: `TLSRouteSpec.Hostnames` in apis/v1/tlsroute_types.go.
 */
export function commonHostname(listener: string | undefined, route: string): string | undefined {
  if (listener === undefined || listener === route || covers(listener, route)) return route;
  return covers(route, listener) ? listener : undefined;
}
