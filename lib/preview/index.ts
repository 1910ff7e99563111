export { compareManifests, type ManifestStates } from './manifests-diff.ts';
export { commandsFor, type Preview, type PreviewInput, preview } from './preview.ts';
export { type RouteChange, routeChanges, type WaitingClaim, waitingClaims } from './route-diff.ts';
export { tableOfSets } from './route-table.ts';
export { statements } from './statements.ts';
