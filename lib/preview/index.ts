export { compareManifests } from './manifests-diff.ts';
export { commandsFor, type Preview, preview } from './preview.ts';
export type { RouteChange, WaitingClaim } from './route-diff.ts';
export { statements } from './statements.ts';
