import type { PlanContext } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { Engine, RequestResync } from '../engine.ts';
import type { EarlyRecords } from './early-records.ts';

/** Holds the ports and the parts of a batch that planning and applying share. */
export interface ApplyContext {
  readonly engine: Engine;
  readonly context: PlanContext;
  readonly parts: readonly ClusterBatch[];
  readonly requestResync: RequestResync;
  /** Records that go out while the batch is interpreted and planned; absent where there are none. */
  readonly early?: EarlyRecords;
}
