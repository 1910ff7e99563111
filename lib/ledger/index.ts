export * from './claims.ts';
export * from './decide.ts';
export * from './hashes.ts';
export * from './prune.ts';
export * from './query.ts';
export * from './rows.ts';
export * from './settings.ts';
export * from './watermarks.ts';
