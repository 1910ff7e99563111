import type { PruneCause } from '../../ledger/index.ts';
import type { RefusedSnapshot } from './prune-guard.ts';

/** Maps each cause to a description of the routes that are removed for it. */
const CAUSES: Readonly<Record<PruneCause, string>> = {
  missing: 'of Ingresses that are not in the snapshot',
  unselected: 'of Ingresses whose class ingressClasses of appliances.yml does not name',
  elsewhere: 'of Ingresses whose address frontendIPs of appliances.yml gives to another appliance',
  rejected: 'of Ingresses that have no valid route',
  closed: 'of Ingresses none of whose members lies in memberNetworks of appliances.yml',
  emptied: 'of Ingresses that had members and for which the snapshot names none',
  reduced: 'of Ingresses that keep others',
};

/** Returns the causes as the event names them: `closed` includes the routes that lost all members. */
export function eventCauses({ causes }: RefusedSnapshot): Omit<RefusedSnapshot['causes'], 'emptied'> {
  const { emptied = 0, ...named } = causes;
  return emptied === 0 ? named : { ...named, closed: (named.closed ?? 0) + emptied };
}

/**
 * Returns a message: why a snapshot is refused, and what to do next (rule 11).
 *
 * @param percent the share of its routes that a snapshot may remove.
 */
export function refusalReason({ routes, removes, causes, example }: RefusedSnapshot, percent: number): string {
  const each = (Object.keys(CAUSES) as PruneCause[]).flatMap((cause) => {
    const count = causes[cause];
    return count === undefined ? [] : [`${count} ${CAUSES[cause]}`];
  });
  const named = example === undefined ? '' : ` (${example})`;
  const { missing = 0, emptied = 0 } = causes;
  const configured = removes > missing + emptied;
  const check = emptied === 0 ? '' : 'Check that the forwarder can see the EndpointSlices, Services and Nodes. ';
  const remedy = configured
    ? 'If appliances.yml is wrong, correct and deploy it: the next snapshot is accepted. If the removal is intended, approve it with a confirmed snapshot'
    : 'If the removal is intended, approve it with a confirmed snapshot; otherwise wait until the forwarder sees everything';
  return `the snapshot would remove ${removes} of ${routes} routes of its range, more than ${percent} %: nothing was changed. The routes are ${each.join(', ')}${named}. ${check}${remedy}`;
}
