import type { Identity } from './rows.ts';

/** Who says something of a cluster. */
export interface Speaker {
  readonly clusterUid: string;
  readonly sequence: number;
  /** An operator accepted that it goes on under the name of another one. */
  readonly takesOver?: boolean;
}

/**
 * Rule 15: whose events of a batch count. The others are strangers.
 *
 * | recorded | the batch brings | counts |
 * |---|---|---|
 * | anything | acceptances later than the one recorded | the one accepted last, from now on |
 * | a UID | none, or older acceptances | the one recorded |
 * | nothing | no acceptance | the one who speaks first, from now on |
 *
 * The last acceptance counts whoever it is for, also if it is recorded already: so what is recorded in the end is the
 * same in any order, and an older acceptance that a replay brings afterwards is seen to be older.
 *
 * @returns undefined where nobody is recorded, and nobody speaks.
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
