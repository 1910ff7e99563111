export * from './backends.ts';
export * from './frontends.ts';
export * from './kept-parts.ts';
export * from './maps.ts';
export { readMembers } from './members.ts';
export * from './owners.ts';
export { type InventoryContext, isOurs, patternsOf, toResource } from './rows.ts';
export * from './system.ts';
