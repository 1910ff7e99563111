import { inRange, isInNetwork } from '../expression/addresses.ts';
import type { Store, StoredRow } from '../store/store.ts';

const ENTRY = 'policydataset_value_binding';

/**
 * Returns whether a data set has a value: itself, or an address in one of its networks or ranges.
 *
 * @returns undefined where there is no such data set.
 */
export function inDataSet(store: Store, set: string, value: string): boolean | undefined {
  const type = store.object('policydataset', set)?.type;
  if (type === undefined) return undefined;
  const isAddress = type === 'ipv4' || type === 'ipv6';
  for (const entry of store.bindings(ENTRY, set)) {
    if (isAddress ? hasAddress(entry, value) : entry.value === value) return true;
  }
  return false;
}

function hasAddress({ value, endrange }: StoredRow, address: string): boolean {
  const first = String(value);
  return endrange === undefined ? isInNetwork(first, address) : inRange(first, String(endrange), address);
}
