export * from './canonical.ts';
export * from './route.ts';
