import { CHALLENGE_PREFIX, wildcardsOver, writtenHost } from '../../route/index.ts';
import type { RouteStatus } from '../../status/index.ts';
import { foldedHost } from './folded-host.ts';
import type { ApplianceSight } from './input.ts';

type RoutesOver = Pick<Extract<ApplianceSight, { kind: 'read' }>, 'routes' | 'covering' | 'challenges'>;

/**
 * Returns what an appliance has for a host: its own routes, or else those of the most specific wildcard that covers it, as a
 * TLS client meets them; those of other wildcards; and those of its challenges. Pure.
 *
 * @param host as a client asks for it.
 */
export function routesOver(all: readonly RouteStatus[], host: string): RoutesOver {
  const wanted = foldedHost(host);
  // A Gateway's wildcard has an asterisk more than its manifest.
  const own = all.filter((route) => route.host !== undefined && writtenHost(route.host) === wanted);
  const challenges = all.filter(
    (route) => route.frontend.kind === 'http' && route.host?.startsWith(`${wanted}${CHALLENGE_PREFIX}`) === true,
  );
  if (wanted.startsWith('*')) return { routes: own, covering: [], challenges };
  const over = wildcardsOver(wanted).map((wildcard) =>
    all.filter((route) => route.host === wildcard && route.frontend.kind === 'tls'),
  );
  if (own.some(({ frontend }) => frontend.kind === 'tls')) return { routes: own, covering: over.flat(), challenges };
  const [nearest = [], ...others] = over.filter((routes) => routes.length > 0);
  return { routes: [...own, ...nearest], covering: others.flat(), challenges };
}
