import { encodeIdentity, encodeRetired, encodeWatermark, ingressKey, type Watermark } from '../../ledger/index.ts';
import type { Failure, NitroError } from '../../nitro/index.ts';
import type { Retirement } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { Task } from '../decide/task.ts';
import type { RefusedRows } from './ledger-writer.ts';

/** Whose affair the refused rows of a beginning are. */
export interface Whose {
  /** Owner's key → why nothing may be written for it: it has no record. */
  readonly unrecorded: ReadonlyMap<string, readonly Failure[]>;
  /** Owner's key → why it is not finished, although its changes are written. */
  readonly unfinished: ReadonlyMap<string, readonly Failure[]>;
  readonly watermarks: ReadonlyMap<Watermark, NitroError>;
}

/**
 * Decides whose affair each refused row of a cluster's ledger is (protocol rule 9). Pure.
 *
 * | row | refused                                                                                                    |
 * | --- | ---------------------------------------------------------------------------------------------------------- |
 * | `U` | all of the cluster fail: without it their records would be anybody's (rule 15)                              |
 * | `I` | its Ingress fails, and nothing of it is written: a crash in the middle would not be found                   |
 * | `R` | its Ingress is changed as it was to be, and not finished: its record stays pending, so that the next        |
 * |     | comparison with the real objects finds the back end, which nobody else would clean up, and removes it      |
 * | `W` | its snapshot is refused: what it said of single Ingresses has records of their own, and the forwarder says  |
 * |     | all of it again, flagged                                                                                    |
 */
export function whoseRows(
  refused: RefusedRows,
  { received: inbox, identity }: Pick<ClusterBatch, 'received' | 'identity'>,
  tasks: readonly Task[],
  retired: readonly Retirement[],
  watermarks: readonly Watermark[],
): Whose {
  const unrecorded = new Map<string, Failure[]>();
  const unfinished = new Map<string, Failure[]>();
  const marks = new Map<Watermark, NitroError>();
  if (refused.size === 0) return { unrecorded, unfinished, watermarks: marks };
  const stranger = identity === undefined ? undefined : refused.get(encodeIdentity(identity, inbox.cluster).key);
  for (const { decision } of tasks) {
    if (decision.owner.cluster !== inbox.cluster) continue;
    const error = stranger ?? refused.get(ingressKey(decision.key));
    if (error !== undefined) unrecorded.set(decision.key, [{ error }]);
  }
  for (const retirement of retired) {
    const error = refused.get(encodeRetired({ ...retirement, due: 0 }).key);
    if (error !== undefined) unfinished.set(retirement.ownerKey, [{ error }]);
  }
  for (const mark of watermarks) {
    const error = refused.get(encodeWatermark(mark).key);
    if (error !== undefined) marks.set(mark, error);
  }
  return { unrecorded, unfinished, watermarks: marks };
}
