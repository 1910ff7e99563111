import type { Finding, TlsRouteParent, TlsRouteState } from '../contract/index.ts';
import { finding, quote } from '../ingress/finding.ts';
import { forbiddenBy, type HostOwnership } from '../ingress/ownership.ts';
import { commonHostname, parseHostname } from './hostname.ts';

/** A hostname of a route, with its position. */
export interface RouteHostname {
  readonly hostname: string;
  /** `spec.hostnames[0]`. */
  readonly path: string;
}

/** Returns the valid hostnames of a route that its namespace may use, each once, and a finding for each other (GW-10, VAL-16). */
export function routeHostnames(
  { hostnames, namespace }: Pick<TlsRouteState, 'hostnames' | 'namespace'>,
  ownership: readonly HostOwnership[],
): { readonly hostnames: readonly RouteHostname[]; readonly findings: readonly Finding[] } {
  const valid = new Map<string, RouteHostname>();
  const findings: Finding[] = [];
  for (const [index, text] of hostnames.entries()) {
    const path = `spec.hostnames[${index}]`;
    const parsed = parseHostname(text);
    if ('reason' in parsed) {
      findings.push(
        finding('TLSRouteHostnameInvalid', {
          message: `the hostname ${quote(text)} ${parsed.reason}`,
          path,
          value: text,
        }),
      );
    } else if (!valid.has(parsed.hostname)) valid.set(parsed.hostname, { hostname: parsed.hostname, path });
  }
  findings.push(...forbidden(valid, namespace, ownership));
  return { hostnames: [...valid.values()], findings };
}

/** Removes the hostnames that belong to other namespaces, and returns a finding for each. */
function forbidden(
  valid: Map<string, RouteHostname>,
  namespace: string,
  ownership: readonly HostOwnership[],
): Finding[] {
  return [...valid.values()].flatMap(({ hostname, path }) => {
    const domain = forbiddenBy(waistHost(hostname), namespace, ownership);
    if (domain === undefined) return [];
    valid.delete(hostname);
    const message = `namespace ${quote(namespace)} may not use ${quote(hostname)}: the domain ${quote(domain)} belongs to other namespaces`;
    return [finding('HostForbidden', { message, path, value: hostname })];
  });
}

/** Returns the hosts that a listener and a route have in common (GW-10), as the waist writes them. */
export function commonHosts({ hostname }: TlsRouteParent, hostnames: readonly RouteHostname[]): string[] {
  const listener = hostname === undefined ? undefined : parseHostname(hostname);
  if (listener !== undefined && 'reason' in listener) return [];
  const common = hostnames.flatMap((route) => commonHostname(listener?.hostname, route.hostname) ?? []);
  return [...new Set(common)].map(waistHost);
}

/** Returns a hostname as a host of the waist: a Gateway's wildcard stands for one or more labels (GW-10). */
const waistHost = (hostname: string): string => (hostname.startsWith('*.') ? `*${hostname}` : hostname);
