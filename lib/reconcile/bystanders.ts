import { ownerKey } from '../contract/index.ts';
import type { Applied } from '../nitro/index.ts';
import type { Holding } from '../plan/index.ts';
import type { Bystander, Planned } from './planned.ts';

/**
 * Promotion (CON-2) and take-over (CON-1) concern Ingresses that no event of the batch spoke of. What they have now is
 * theirs to be told, so their forwarder is asked to publish them again: the answer is an outcome, whole.
 */
export function bystanders({ goal, tasks }: Planned, applied: Applied): Bystander[] {
  const spokenOf = new Set(tasks.map(({ decision }) => decision.key));
  const written = new Set(
    applied.done.filter(({ resource }) => resource.role === 'host').map(({ resource }) => String(resource.id.key)),
  );
  const changed = (holding: Holding): boolean =>
    written.has(holding.host) && holding.formerKey !== holding.holder.ownerKey;
  return goal.holdings
    .filter((holding) => holding.frontEnd.kind === 'tls' && changed(holding))
    .flatMap(({ host, holder, standby, formerKey }) =>
      [holder, ...standby.filter((claim) => claim.ownerKey === formerKey)]
        .filter(({ owner }) => !spokenOf.has(ownerKey(owner)))
        .map(({ owner }) => ({ owner, host })),
    );
}
