export { type HostBackend, readHostBackends } from './host-backends.ts';
export { readStatus, readStatusInput } from './read-status.ts';
export { type CertifiedRoute, isCertified, type SeenRoute, seenRoutes } from './route-certificate.ts';
export { hasState, STATE_FILTERS } from './route-filter.ts';
export {
  type ClaimStatus,
  type MemberStatus,
  ROUTE_STATES,
  type RouteState,
  type RouteStatus,
  routeStatuses,
  type StatusInput,
} from './route-status.ts';
