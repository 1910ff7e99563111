import type { Watermark } from '../../ledger/index.ts';
import type { NitroError } from '../../nitro/index.ts';
import type { Change } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { TaskResult } from './task-results.ts';

/** The result of a batch's plan. */
export interface ApplyResult {
  /** Owner's key → the result of its task; of planned tasks only. */
  readonly byKey: ReadonlyMap<string, TaskResult>;
  /** Keys of the owners that the plan changed something for: their records were written as pending. */
  readonly touched: ReadonlySet<string>;
  readonly changes: readonly Change[];
  /** Watermarks that are recorded. */
  readonly watermarks: ReadonlyMap<ClusterBatch, readonly Watermark[]>;
  /** Watermarks that the ledger refused, with the appliance's answer. */
  readonly refusedMarks: ReadonlyMap<Watermark, NitroError>;
}
