import { objectOf } from '../../contract/index.ts';
import type { Identity } from '../../ledger/index.ts';
import type { ReceivedStatement } from '../decide/batch.ts';
import type { ClusterBatch } from '../decide/cluster-batch.ts';
import type { EngineSettings } from '../engine.ts';
import { optional } from '../optional.ts';
import type { Outcome } from './ingress-outcome.ts';

/** Returns the outcomes of events that another cluster of the same name sent: they are refused (rule 15). */
export function foreignOutcomes(
  { appliance, prune }: Pick<EngineSettings, 'appliance' | 'prune'>,
  { received, identity, foreignStatements }: ClusterBatch,
  durationMs: number,
): Outcome[] {
  return foreignStatements.map((statement): Outcome => {
    const { sequence } = statement;
    const reason = foreignClusterReason(statement, identity);
    const about = {
      cluster: received.cluster,
      ...optional('clusterUid', statement.clusterUid),
      appliance,
      sequence,
    };
    if (statement.kind === 'snapshot') {
      const { from, to } = statement;
      const limitPercent = prune.percent;
      return {
        detailType: 'Prune Refused',
        data: { ...about, from, to, routes: 0, removes: 0, limitPercent, reason: `the snapshot ${reason}` },
      };
    }
    return {
      detailType: `${objectOf(statement.owner).kind} Failed`,
      data: {
        ...about,
        namespace: statement.owner.namespace,
        name: objectOf(statement.owner).name,
        ...optional('uid', statement.state?.uid),
        programmed: [],
        removed: [],
        hosts: [],
        findings: [],
        changes: [],
        durationMs,
        reason: `the event ${reason}`,
        retry: false,
      },
    };
  });
}

/** Returns why an event of another cluster of the same name is refused, and what to do next. */
function foreignClusterReason(
  { clusterUid, sequence, takesOver }: ReceivedStatement,
  identity: Identity | undefined,
): string {
  const late =
    takesOver && identity?.acceptedAt !== undefined
      ? ` It asked to take over as of ${sequence}, but the recorded one was accepted later, as of ${identity.acceptedAt}.`
      : '';
  return `comes from another cluster of this name: its UID is ${clusterUid}, and the recorded one is ${identity?.uid}.${late} If both are in use, give one of them another name. If this one replaces the other, tell its forwarder so: POST /snapshot?take-over=true. See docs/runbooks/cluster-rebuilt.md`;
}
