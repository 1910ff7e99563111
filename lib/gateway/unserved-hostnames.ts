import type { Finding } from '../contract/index.ts';
import { finding, quote, quoteAll } from '../ingress/finding.ts';
import { sharesHostname } from './attachment.ts';
import { gatewayOf, type JudgedRoute } from './judged-route.ts';
import { routeHostnames } from './route-hosts.ts';

/**
 * Reports the hostnames of a route that no listener has, beside others that one has (GW-10). The route is accepted for the
 * others, so that no condition says it: that would be `NoMatchingListenerHostname`. A route with a parent that was not
 * judged has none, because that may take them.
 */
export function unservedHostnames({ route, parents }: JudgedRoute): Finding[] {
  const named = (route.spec.parentRefs ?? []).filter((ref) => gatewayOf(ref, route) !== undefined);
  const listeners = parents.flatMap((parent) => parent.listeners);
  if (listeners.length === 0 || parents.length < named.length) return [];
  const { hostnames } = routeHostnames(
    { hostnames: [...(route.spec.hostnames ?? [])], namespace: route.metadata.namespace },
    [],
  );
  const theirs = quoteAll([...new Set(listeners.map(({ hostname = '*' }) => hostname))]);
  return hostnames
    .filter(({ hostname }) => !listeners.some((listener) => sharesHostname(listener, [hostname])))
    .map(({ hostname, path }) => {
      const message = `${quote(hostname)} matches no listener that takes the route (${theirs}): only the other hostnames are served`;
      return finding('TLSRouteHostnameUnserved', { message, path, value: hostname });
    });
}
