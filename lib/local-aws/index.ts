export { readArchive } from './archive-reader.ts';
export { ArchiveError } from './archive-store.ts';
export type { Invocation } from './event-source.ts';
export { checkWritable, makeFolder, PathError } from './folder.ts';
export { createLocalCloud, type LocalCloud, type LocalCloudOptions } from './local-cloud.ts';
