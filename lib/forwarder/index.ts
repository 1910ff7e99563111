export { memoryReporter } from './feedback/memory-reporter.ts';
export { queueOutcomes } from './feedback/queue-outcomes.ts';
export { createForwarder } from './forwarder.ts';
export type { Forwarder } from './interface.ts';
export { type OutcomeSource, type Publisher, systemClock } from './ports.ts';
export { FileSequences, MemorySequences } from './publish/sequence.ts';
export { FolderSource } from './source/folder.ts';
export type { ClusterSource, SourceProblem, SourceSink } from './source/source.ts';
