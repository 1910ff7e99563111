export { type FolderOptions, FolderSource, FolderUnusable } from './folder.ts';
export { createForwarder, type Forwarder, type ForwarderMetrics, type ForwarderOptions } from './forwarder.ts';
export { type LocatedObject, type Manifests, readManifests } from './manifests.ts';
export { memoryReporter, type ReporterCallbacks } from './memory-reporter.ts';
export * from './ports.ts';
export type { SnapshotRequest } from './publishing.ts';
export { FileSequences, MemorySequences, type SequenceStore, SequencesUnreadable } from './sequence.ts';
export { DEFAULT_SETTINGS, type ForwarderSettings } from './settings.ts';
export type { ClusterSource, Problem, SourceSink } from './source.ts';
