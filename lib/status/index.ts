export { readStatus } from './read-status.ts';
export {
  type ClaimStatus,
  type MemberStatus,
  ROUTE_STATES,
  type RouteState,
  type RouteStatus,
} from './route-status.ts';
