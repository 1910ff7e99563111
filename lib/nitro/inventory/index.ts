export { findBackends, readBackends } from './backends.ts';
export { countOtherClaims, readAllFrontends, readFrontendsThere } from './frontend-maps.ts';
export { type FrontendInventory, readFrontend, readFrontends, readPolicyBindings } from './frontends.ts';
export { KeptParts } from './kept-parts.ts';
export { mapRow, readMap, readMaps, readMapsBeside } from './maps.ts';
export { readMembers } from './members.ts';
export { readOwners } from './owners.ts';
export { type InventoryContext, isOurs, patternsOf, toResource } from './rows.ts';
export { readSystem } from './system.ts';
