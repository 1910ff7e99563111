import { type Owner, qualifiedName } from '../contract/index.ts';
import { backendOf, type Claim, securePortOf } from '../ledger/index.ts';
import { backendId, LIMITS, type Resource } from '../netscaler/index.ts';

/** Comment of a host's row: who holds it. The row of a redirect says so nowhere else. */
export const holderText = (owner: Owner): string => `${owner.cluster} ${qualifiedName(owner)}`.slice(0, LIMITS.comment);

/** The row of a host, as an object of the front end's map. */
export function hostResource(
  map: string,
  host: string,
  value: string,
  comment: string,
  owners: readonly string[],
): Resource {
  return {
    role: 'host',
    type: 'policystringmap_pattern_binding',
    id: { name: map, key: host },
    attributes: { value, comment },
    owners,
  };
}

/** The row of a host as it is while this claim holds it. */
export function heldHost(map: string, host: string, holder: Claim): Resource {
  const backend = backendOf(holder);
  const value = backend === undefined ? String(securePortOf(holder)) : backendId(holder.ownerKey, backend);
  return hostResource(map, host, value, holderText(holder.owner), [holder.ownerKey]);
}
