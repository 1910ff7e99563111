import { type Owner, qualifiedName, type ResyncRequested, resyncLists } from '../../contract/index.ts';
import type { Goal, HostAssignment } from '../../plan/index.ts';
import type { Task } from '../decide/task.ts';

/** An owner outside of the plan that gains or loses a host. */
interface AffectedOwner {
  readonly owner: Owner;
  readonly host: string;
}

/**
 * Returns the owners outside of the plan whose hosts get another holder, or had another one: promotion (CON-2) and
 * takeover (CON-1) change Ingresses that no event of the batch names.
 */
export function affectedOwners(
  { hostAssignments }: Pick<Goal, 'hostAssignments'>,
  tasks: readonly Task[],
): AffectedOwner[] {
  const planned = new Set(tasks.map(({ decision }) => decision.key));
  const changesHolder = ({ frontend, formerKey, holder }: HostAssignment): boolean =>
    frontend.kind === 'tls' && formerKey !== holder.ownerKey;
  return hostAssignments
    .filter(changesHolder)
    .flatMap(({ host, holder, standby, formerKey }) =>
      [holder, ...standby.filter((claim) => claim.ownerKey === formerKey)]
        .filter(({ ownerKey }) => !planned.has(ownerKey))
        .map(({ owner }) => ({ owner, host })),
    );
}

/** Most hosts that a reason names. */
const MOST_NAMED = 3;

/**
 * Returns one request for each cluster: its forwarder publishes these Ingresses again, to be verified by this appliance.
 * The outcomes of that tell the Ingresses what they have now.
 */
export function resyncRequests(affected: readonly AffectedOwner[], appliance: string): ResyncRequested[] {
  return [...Map.groupBy(affected, ({ owner }) => owner.cluster)].map(([cluster, own]) => {
    const owners = new Map(own.map(({ owner }) => [qualifiedName(owner), owner]));
    const hosts = own.slice(0, MOST_NAMED).map(({ host }) => host);
    return {
      cluster,
      appliances: [appliance],
      ...resyncLists([...owners.values()]),
      reason: `hosts change their holder: ${hosts.join(', ')}${own.length > MOST_NAMED ? ' …' : ''}`,
    };
  });
}
