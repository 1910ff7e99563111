import { ownerKey } from '../../contract/index.ts';
import type { Goal, HostAssignment } from '../../plan/index.ts';
import type { AffectedOwner } from '../apply/plan-result.ts';
import type { Task } from '../decide/task.ts';

/**
 * Promotion (CON-2) and take-over (CON-1) concern Ingresses that no event of the batch spoke of. What they have then is
 * theirs to be told, so their forwarder is asked to publish them again: the answer is an outcome, whole.
 *
 * @returns owners out of scope whose hosts will have another holder, or had one.
 */
export function affectedOwners(
  { hostAssignments }: Pick<Goal, 'hostAssignments'>,
  tasks: readonly Task[],
): AffectedOwner[] {
  const spokenOf = new Set(tasks.map(({ decision }) => decision.key));
  const changes = ({ frontend, formerKey, holder }: HostAssignment): boolean =>
    frontend.kind === 'tls' && formerKey !== holder.ownerKey;
  return hostAssignments
    .filter(changes)
    .flatMap(({ host, holder, standby, formerKey }) =>
      [holder, ...standby.filter((claim) => claim.ownerKey === formerKey)]
        .filter(({ owner }) => !spokenOf.has(ownerKey(owner)))
        .map(({ owner }) => ({ owner, host })),
    );
}
