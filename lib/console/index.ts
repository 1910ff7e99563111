export type { ConsoleQueue, ConsoleReplay } from './api.ts';
export { loadAssets, type PageAssets } from './assets.ts';
export { type ConsoleServer, startConsoleServer } from './server.ts';
export type { ConsoleSources } from './sources.ts';
export { ConsoleWatch } from './watch.ts';
