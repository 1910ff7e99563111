export type { FailEntry } from './actions/context.ts';
export { ArchiveError } from './archive-store.ts';
export type { EventSource, Invocation, QueueFunction } from './event-source.ts';
export { checkFile, checkWritable, makeFolder, PathError } from './folder.ts';
export { createLocalCloud, type LocalCloud, type LocalCloudOptions } from './local-cloud.ts';
export type { LocalQueue } from './queue-server.ts';
