export { commandsFor, type Preview, preview } from './preview.ts';
export type { RouteChange } from './route-change.ts';
export { statements } from './statements.ts';
