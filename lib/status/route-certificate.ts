import { type LookOptions, lookAtCertificates, type ProbeResult } from '../certificates/index.ts';
import type { RouteStatus } from './route-status.ts';

/** A host that a back end serves, and so a certificate. */
export type CertifiedRoute = RouteStatus & { readonly host: string };

/** Tells whether a handshake can show a certificate: a host that a row leads to, on a front end with TLS. */
export function isCertified(route: RouteStatus): route is CertifiedRoute {
  const { host, frontend, state, object } = route;
  return host !== undefined && object !== undefined && frontend.kind === 'tls' && state !== 'unbound';
}

/** A route, with what its back end showed in a handshake; absent where none was made. */
export interface SeenRoute extends RouteStatus {
  readonly certificate?: ProbeResult;
}

/** Returns routes in their order, with what a handshake through the VIP showed of each that can have a certificate. */
export async function seenRoutes(routes: readonly RouteStatus[], look: LookOptions): Promise<SeenRoute[]> {
  const seen = await lookAtCertificates(routes.filter(isCertified), look);
  const byRoute = new Map<RouteStatus, ProbeResult>(seen.map((each) => [each.host, each.seen]));
  return routes.map((route) => {
    const certificate = byRoute.get(route);
    return certificate === undefined ? route : { ...route, certificate };
  });
}
