import { joinFields, printable, wholeNumber } from './fields.ts';
import type { LedgerRow } from './rows.ts';

/** The cluster, of those with one name, whose events an appliance accepts (protocol rule 15): row `U`. */
export interface Identity {
  readonly uid: string;
  /** Sequence at which an operator accepted the cluster; absent where it was the first. */
  readonly acceptedAt?: number;
}

const KEY = 'U';

/** Encodes without a version: the first layout of this row was a UID alone. */
export function encodeIdentity({ uid, acceptedAt }: Identity, cluster: string): LedgerRow {
  const value = joinFields(acceptedAt === undefined ? { uid } : { uid, acceptedAt });
  return { key: KEY, value, comment: printable('cluster', cluster) };
}

/** @returns undefined for another row, or one without a UID. */
export function decodeIdentity(row: LedgerRow): Identity | undefined {
  if (row.key !== KEY) return undefined;
  const [, uid, acceptedAt] = /^([^;]+)(?:;(\d+))?/.exec(row.value) ?? [];
  const number = wholeNumber(acceptedAt);
  return uid === undefined ? undefined : { uid, ...(number === undefined ? {} : { acceptedAt: number }) };
}

/** The sender of an event about a cluster. */
export interface Speaker {
  readonly clusterUid: string;
  readonly sequence: number;
  /** An operator accepts that this cluster goes on under the name of another. */
  readonly takesOver?: boolean;
}

/**
 * Rule 15: returns the cluster whose events of a batch count. The events of others are foreign.
 *
 * | recorded | the batch brings | counts |
 * |---|---|---|
 * | anything | acceptances later than the one recorded | the cluster of the last one, from now on |
 * | a UID | no acceptance, or older ones | the one recorded |
 * | nothing | no acceptance | the sender of the first event, from now on |
 *
 * The last acceptance counts whoever it is for, also if that cluster is recorded already. So the record ends up the same
 * in any order, and an older acceptance that a replay brings later is known to be older.
 *
 * @returns undefined where nothing is recorded and the batch is empty.
 */
export function identify(speakers: readonly Speaker[], recorded: Partial<Identity>): Identity | undefined {
  const { uid, acceptedAt } = recorded;
  const last = speakers.reduce<Speaker | undefined>(
    (best, next) =>
      next.takesOver === true && next.clusterUid !== '' && next.sequence > (best?.sequence ?? acceptedAt ?? 0)
        ? next
        : best,
    undefined,
  );
  if (last !== undefined) return { uid: last.clusterUid, acceptedAt: last.sequence };
  if (uid !== undefined) return { uid, ...(acceptedAt === undefined ? {} : { acceptedAt }) };
  const first = speakers[0];
  return first === undefined ? undefined : { uid: first.clusterUid };
}
