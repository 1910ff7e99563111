import { qualifiedName, type ResyncRequested } from '../../contract/index.ts';
import { covers, type Identity, type Watermark } from '../../ledger/index.ts';
import type { AffectedOwner, ApplyResult } from '../apply/plan-result.ts';
import type { ReceivedStatement } from '../decide/batch.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import { eventCauses, refusalReason } from '../decide/refusal-reason.ts';
import type { Task } from '../decide/task.ts';
import type { Engine } from '../engine.ts';
import { optional } from '../optional.ts';
import { type Outcome, type OutcomeContext, outcomeOf } from './ingress-outcome.ts';

/** One outcome for each Ingress that something was done for, or that was spoken of alone. */
export function taskOutcomes(tasks: readonly Task[], results: ApplyResult, context: OutcomeContext): Outcome[] {
  return tasks.flatMap((task) => {
    const result = results.byKey.get(task.decision.key);
    if (result === undefined && !worthSaying(task)) return [];
    if (result === undefined) {
      // A record only: nothing was there, and nothing is.
      return [
        outcomeOf(
          {
            task,
            hostAssignments: [],
            settingConflicts: [],
            changes: [],
            refusedMembers: [],
            failures: [],
            unsettled: false,
          },
          context,
        ),
      ];
    }
    return [outcomeOf(result, context)];
  });
}

/** Of what needed no look: an Ingress that has nothing, spoken of alone, or refused where the forwarder says all anew. */
function worthSaying({ decision, action, findings }: Task): boolean {
  const { by, row, state } = decision;
  if (row?.kind === 'live') return false;
  return action !== 'none' || (by.kind === 'snapshot' && by.flagged && state !== undefined && findings.length > 0);
}

/** Outcomes about events as a whole: stale ones, snapshots, and those of another cluster of the same name. */
export function clusterOutcomes(
  engine: Engine,
  part: ClusterBatch,
  results: ApplyResult,
  durationMs: number,
): Outcome[] {
  const { appliance, prune } = engine.settings;
  const { cluster } = part.received;
  const mine = optional('clusterUid', part.identity?.uid);
  const about = ({ sequence, from, to }: Watermark, uid: typeof mine) => ({
    cluster,
    ...uid,
    appliance,
    sequence,
    from,
    to,
  });
  const outcomes: Outcome[] = part.stale.map(({ owner, sequence, recorded }) => ({
    detailType: 'Ingress Stale',
    data: { cluster, ...mine, appliance, namespace: owner.namespace, name: owner.name, sequence, recorded },
  }));
  // One that came too late for its whole range says nothing that counts: it must not clear a refusal.
  const timely = part.snapshots.filter(
    (snapshot) => !part.ledger.watermarks.some((mark) => mark.sequence > snapshot.sequence && covers([mark], snapshot)),
  );
  const unrecorded = new Map([...results.refusedMarks].map(([mark, error]) => [markText(mark), error]));
  for (const snapshot of timely) {
    const refusal = unrecorded.get(markText(snapshot));
    if (refusal !== undefined) {
      // Nothing says that it was here: the forwarder has to say it again, flagged (rule 4).
      outcomes.push({
        detailType: 'Prune Refused',
        data: {
          ...about(snapshot, mine),
          routes: 0,
          removes: 0,
          limitPercent: prune.percent,
          reason: `the appliance does not take the record of the snapshot: ${refusal.message}. Its Ingresses are done with as far as their own outcomes say; the snapshot comes again`,
        },
      });
      continue;
    }
    const decided = part.tasks.filter(({ decision }) => decision.by === snapshot);
    const changed = decided.filter(({ decision }) => (results.byKey.get(decision.key)?.changes.length ?? 0) > 0);
    outcomes.push({
      detailType: 'Snapshot Applied',
      data: {
        ...about(snapshot, mine),
        ingresses: snapshot.present.size,
        changed: changed.length,
        removed: changed.filter(({ wanted }) => wanted === undefined).length,
        durationMs,
      },
    });
  }
  const accepted =
    part.identity?.acceptedAt === part.ledger.acceptedAt
      ? ''
      : '. That the cluster takes over is recorded all the same: only what this removes waits';
  for (const [snapshot, refusal] of part.refusals) {
    outcomes.push({
      detailType: 'Prune Refused',
      data: {
        ...about(snapshot, mine),
        routes: refusal.routes,
        removes: refusal.removes,
        causes: eventCauses(refusal),
        limitPercent: prune.percent,
        reason: refusalReason(refusal, prune.percent) + accepted,
      },
    });
  }
  for (const stranger of part.foreignStatements) {
    const refused = strangeness(stranger, part.identity);
    const theirs = optional('clusterUid', stranger.clusterUid);
    outcomes.push(
      stranger.kind === 'snapshot'
        ? {
            detailType: 'Prune Refused',
            data: {
              ...about(stranger, theirs),
              routes: 0,
              removes: 0,
              limitPercent: prune.percent,
              reason: `the snapshot ${refused}`,
            },
          }
        : {
            detailType: 'Ingress Failed',
            data: {
              cluster,
              ...theirs,
              appliance,
              namespace: stranger.owner.namespace,
              name: stranger.owner.name,
              ...optional('uid', stranger.state?.uid),
              sequence: stranger.sequence,
              programmed: [],
              removed: [],
              hosts: [],
              findings: [],
              changes: [],
              durationMs,
              reason: `the event ${refused}`,
              retry: false,
            },
          },
    );
  }
  return outcomes;
}

const markText = ({ from, to, sequence }: Watermark): string => `${from}-${to} ${sequence}`;

/** Why an event is refused that comes from another cluster of the same name, and what may be done (rule 15). */
function strangeness({ clusterUid, sequence, takesOver }: ReceivedStatement, identity: Identity | undefined): string {
  const late =
    takesOver && identity?.acceptedAt !== undefined
      ? ` It was to take over as of ${sequence}, and the recorded one was accepted later, as of ${identity.acceptedAt}.`
      : '';
  return `comes from another cluster of this name: its UID is ${clusterUid}, and the recorded one is ${identity?.uid}.${late} If both are in use, give one of them another name. If this one takes the place of the other, have its forwarder say so: POST /snapshot?take-over=true. See docs/runbooks/cluster-rebuilt.md`;
}

/** One request for each cluster: publish these again, to be verified by this appliance. */
export function resyncOf(bystanders: readonly AffectedOwner[], appliance: string): ResyncRequested[] {
  return [...Map.groupBy(bystanders, ({ owner }) => owner.cluster)].map(([cluster, concerned]) => ({
    cluster,
    appliances: [appliance],
    ingresses: [...new Map(concerned.map(({ owner }) => [qualifiedName(owner), owner])).values()].map(
      ({ namespace, name }) => ({ namespace, name }),
    ),
    reason: `hosts change their holder: ${concerned
      .slice(0, 3)
      .map(({ host }) => host)
      .join(', ')}${concerned.length > 3 ? ' …' : ''}`,
  }));
}
