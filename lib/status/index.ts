export { readStatus } from './read-status.ts';
export {
  type ClaimStatus,
  ROUTE_STATES,
  type RouteState,
  type RouteStatus,
} from './route-status.ts';
