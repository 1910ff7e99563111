import type { OutcomeType, ReceivedEvent } from '../../contract/index.ts';
import type { ObjectMeta } from '../../ingress/kubernetes.ts';

/** By how much the clock of the API server may run before the forwarder's, in milliseconds. */
const SKEW_MS = 60_000;

type Outcome = Extract<ReceivedEvent, { detailType: OutcomeType }>;

/**
 * Why an outcome is about another cluster of this name, or about an Ingress that had this name before: a replay, or
 * what waited in the queue while the cluster was rebuilt. Nothing is confirmed by it (REP-1, protocol rule 15).
 *
 * | of the outcome | it is about another one where |
 * |---|---|
 * | `clusterUid` | it is not this cluster's |
 * | `uid` | it is not this Ingress's |
 * | neither (functions of before), `sequence` | it is older than the Ingress: a sequence is a time in milliseconds |
 *
 * @param metadata of the Ingress of that name; undefined where there is none, or the outcome is about a snapshot.
 * @returns undefined where it may be about this very one.
 */
export function anotherThan(
  clusterUid: string,
  { data }: Pick<Outcome, 'data'>,
  metadata: ObjectMeta | undefined,
): string | undefined {
  if (data.clusterUid !== undefined && data.clusterUid !== clusterUid) return 'another cluster of this name';
  if (metadata === undefined) return undefined;
  const { uid, creationTimestamp } = metadata;
  if ('uid' in data && data.uid !== undefined) {
    return uid !== undefined && data.uid !== uid ? 'another Ingress of this name' : undefined;
  }
  const created = Date.parse(creationTimestamp ?? '');
  return data.sequence < created - SKEW_MS ? 'older than the Ingress' : undefined;
}
