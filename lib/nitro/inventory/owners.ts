import { type KeyRange, type Owner, ownerKey } from '../../contract/index.ts';
import { rangePattern } from '../../ledger/index.ts';
import { clusterFilter, parseMark } from '../../netscaler/index.ts';
import { escapePattern } from '../path.ts';
import type { NitroReader } from '../ports.ts';
import type { InventoryContext } from './rows.ts';

/**
 * Reads the owners of a cluster's back ends in some ranges of keys, by the marks of their objects, recorded or not. An owner
 * whose mark had to be cut is left to the audit, because its name is not known.
 */
export async function readOwners(
  reader: NitroReader,
  { system }: InventoryContext,
  cluster: string,
  ranges: readonly KeyRange[],
): Promise<Map<string, Owner>> {
  const comment = clusterFilter(system, escapePattern(cluster), ranges.map(rangePattern));
  const types = ['lbvserver', 'servicegroup', 'sslpolicy'];
  const found = await reader.batch(types.map((type) => ({ type, filter: { comment } })));
  const owners = new Map<string, Owner>();
  for (const row of found.flat()) {
    const { ownerKey: key, owner } = parseMark(row.comment) ?? {};
    if (key !== undefined && owner !== undefined && ownerKey(owner) === key) owners.set(key, owner);
  }
  return owners;
}
