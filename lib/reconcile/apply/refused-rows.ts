import { encodeIdentity, encodeRetired, encodeWatermark, ingressKey, type Watermark } from '../../ledger/index.ts';
import type { Failure, NitroError } from '../../nitro/index.ts';
import type { Retirement } from '../../plan/index.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { Task } from '../decide/task.ts';
import type { RefusedRows } from './ledger-writer.ts';

/** The owners and snapshots that the refused rows of a ledger belong to. */
export interface RefusedWrites {
  /** Owner's key → why its changes are not written: it has no record. */
  readonly unrecorded: ReadonlyMap<string, readonly Failure[]>;
  /** Owner's key → why it is unfinished although its changes are written. */
  readonly unfinished: ReadonlyMap<string, readonly Failure[]>;
  readonly watermarks: ReadonlyMap<Watermark, NitroError>;
}

/** The tasks, back ends and watermarks that the first rows of a plan were written for. */
interface PendingWrites {
  readonly tasks: readonly Task[];
  readonly retired: readonly Retirement[];
  readonly watermarks: readonly Watermark[];
}

/**
 * Returns which owners and snapshots each refused row of a cluster's ledger belongs to (protocol rule 9). Pure.
 *
 * | row | when it is refused                                                                                    |
 * | --- | ----------------------------------------------------------------------------------------------------- |
 * | `U` | every Ingress of the cluster fails: without this row its records would belong to any cluster (rule 15) |
 * | `I` | its Ingress fails and nothing of it is written: a crash in the middle would leave no trace            |
 * | `R` | its Ingress is changed and stays pending: the next verification finds and removes the back end, which |
 * |     | no other process would clean up                                                                       |
 * | `W` | its snapshot is refused: its Ingresses have records of their own, and the forwarder sends it again,   |
 * |     | flagged                                                                                               |
 */
export function refusedWrites(
  refused: RefusedRows,
  { received, identity }: Pick<ClusterBatch, 'received' | 'identity'>,
  { tasks, retired, watermarks }: PendingWrites,
): RefusedWrites {
  const unrecorded = new Map<string, Failure[]>();
  const unfinished = new Map<string, Failure[]>();
  const marks = new Map<Watermark, NitroError>();
  if (refused.size === 0) return { unrecorded, unfinished, watermarks: marks };
  const { cluster } = received;
  const identityError = identity === undefined ? undefined : refused.get(encodeIdentity(identity, cluster).key);
  for (const { decision } of tasks) {
    if (decision.owner.cluster !== cluster) continue;
    const error = identityError ?? refused.get(ingressKey(decision.key));
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
