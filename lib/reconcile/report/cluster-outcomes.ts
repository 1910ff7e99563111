import { objectOf } from '../../contract/index.ts';
import { covers, type Watermark } from '../../ledger/index.ts';
import type { ApplyResult } from '../apply/apply-result.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import { eventCauses, refusalReason } from '../decide/refusal-reason.ts';
import type { EngineSettings } from '../engine.ts';
import { optional } from '../optional.ts';
import { foreignOutcomes } from './foreign-outcomes.ts';
import type { Outcome } from './ingress-outcome.ts';

type ReportSettings = Pick<EngineSettings, 'appliance' | 'prune'>;

/** Returns the outcomes of events as a whole: stale ones, snapshots, and those of another cluster of the same name. */
export function clusterOutcomes(
  settings: ReportSettings,
  part: ClusterBatch,
  results: ApplyResult,
  durationMs: number,
): Outcome[] {
  return [
    ...staleOutcomes(settings, part),
    ...snapshotOutcomes(settings, part, results, durationMs),
    ...refusalOutcomes(settings, part),
    ...foreignOutcomes(settings, part, durationMs),
  ];
}

function staleOutcomes({ appliance }: ReportSettings, { received, identity, stale }: ClusterBatch): Outcome[] {
  return stale.map(({ owner, sequence, recorded }) => ({
    detailType: `${objectOf(owner).kind} Stale`,
    data: {
      cluster: received.cluster,
      ...optional('clusterUid', identity?.uid),
      appliance,
      namespace: owner.namespace,
      name: objectOf(owner).name,
      sequence,
      recorded,
    },
  }));
}

/** Returns the fields that name a snapshot. */
function aboutSnapshot({ appliance }: ReportSettings, part: ClusterBatch, { sequence, from, to }: Watermark) {
  const { received, identity } = part;
  return { cluster: received.cluster, ...optional('clusterUid', identity?.uid), appliance, sequence, from, to };
}

function snapshotOutcomes(
  settings: ReportSettings,
  part: ClusterBatch,
  results: ApplyResult,
  durationMs: number,
): Outcome[] {
  const unrecorded = new Map([...results.refusedMarks].map(([mark, error]) => [markText(mark), error]));
  const tasksBy = Map.groupBy(part.tasks, ({ decision }) => decision.by);
  return timelySnapshots(part).map((snapshot): Outcome => {
    const about = aboutSnapshot(settings, part, snapshot);
    const error = unrecorded.get(markText(snapshot));
    if (error !== undefined) {
      // Without its watermark nothing records the snapshot: the forwarder must send it again, flagged (rule 4).
      const reason = `the appliance refused the record of the snapshot: ${error.message}. The outcomes of its Ingresses say what was changed; the forwarder sends the snapshot again`;
      const limitPercent = settings.prune.percent;
      return { detailType: 'Prune Refused', data: { ...about, routes: 0, removes: 0, limitPercent, reason } };
    }
    const decided = tasksBy.get(snapshot) ?? [];
    const changed = decided.filter(({ decision }) => (results.byKey.get(decision.key)?.changes.length ?? 0) > 0);
    return {
      detailType: 'Snapshot Applied',
      data: {
        ...about,
        ingresses: snapshot.present.size,
        changed: changed.length,
        removed: changed.filter(({ wanted }) => wanted === undefined).length,
        durationMs,
      },
    };
  });
}

/** Returns the snapshots that are newer than the ledger somewhere in their range: a late one must not clear a refusal. */
function timelySnapshots({ snapshots, ledger }: ClusterBatch): ClusterBatch['snapshots'] {
  return snapshots.filter(
    (snapshot) => !ledger.watermarks.some((mark) => mark.sequence > snapshot.sequence && covers([mark], snapshot)),
  );
}

const markText = ({ from, to, sequence }: Watermark): string => `${from}-${to} ${sequence}`;

/** Returns the reason of each snapshot that the prune guard refused. */
export function refusalReasons({ prune }: ReportSettings, part: ClusterBatch): string[] {
  const accepted =
    part.identity?.acceptedAt === part.ledger.acceptedAt
      ? ''
      : '. The takeover by this cluster is recorded all the same: only the removals wait';
  return [...part.refusals.values()].map((refusal) => refusalReason(refusal, prune.percent) + accepted);
}

/** Returns the outcomes of snapshots that the prune guard refused. */
function refusalOutcomes(settings: ReportSettings, part: ClusterBatch): Outcome[] {
  const reasons = refusalReasons(settings, part);
  return [...part.refusals].map(([snapshot, refusal], index) => ({
    detailType: 'Prune Refused',
    data: {
      ...aboutSnapshot(settings, part, snapshot),
      routes: refusal.routes,
      removes: refusal.removes,
      causes: eventCauses(refusal),
      limitPercent: settings.prune.percent,
      reason: reasons[index] ?? '',
    },
  }));
}
