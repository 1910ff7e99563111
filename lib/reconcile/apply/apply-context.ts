import type { PlanContext } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { Engine, RequestResync } from '../engine.ts';

/** Holds the ports and the parts of a batch that planning and applying share. */
export interface ApplyContext {
  readonly engine: Engine;
  readonly context: PlanContext;
  readonly parts: readonly ClusterBatch[];
  readonly requestResync: RequestResync;
}
