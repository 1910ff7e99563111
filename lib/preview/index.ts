export { commandsFor, type Preview, preview } from './preview.ts';
export type { RouteChange, WaitingClaim } from './route-change.ts';
export { routeChanges, waitingClaims } from './route-diff.ts';
export { memberTexts, type RouteClaim, type RouteEntry, type RouteTable, tableOfSets } from './route-table.ts';
export { statements } from './statements.ts';
