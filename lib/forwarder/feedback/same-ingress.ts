import type { OutcomeType, ReceivedEvent } from '../../contract/index.ts';
import type { ObjectMeta } from '../../ingress/kubernetes.ts';

/** The clock of the API server may be ahead of the forwarder's by this much, in milliseconds. */
const SKEW_MS = 60_000;

type Outcome = Extract<ReceivedEvent, { detailType: OutcomeType }>;

/**
 * Returns why an outcome is about another cluster of this name, or about an Ingress that had this name before: from a
 * replay, or from a queue that kept it while the cluster was rebuilt. It confirms nothing (REP-1, protocol rule 15).
 *
 * | field of the outcome | foreign where |
 * |---|---|
 * | `clusterUid` | it is not this cluster's |
 * | `uid` | it is not this Ingress's |
 * | neither (older functions), `sequence` | it is older than the Ingress: a sequence is a time in milliseconds |
 *
 * @param metadata of the Ingress of that name; undefined where none exists, or the outcome is about a snapshot.
 * @returns undefined where the outcome may be about this Ingress.
 */
export function foreignReason(
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
