import { neverAllowed, parseCidr } from './cidr.ts';
import { formatAddress } from './ip.ts';

/** Most addresses of a pool: a pick compares all of them. */
export const MOST_POOL_ADDRESSES = 256;

/** Returns how many addresses a range of a pool has; 0 for a text that is not a range. */
export function poolSize(range: string): bigint {
  const network = parseCidr(range);
  if (network === undefined) return 0n;
  const all = 1n << BigInt((network.family === 4 ? 32 : 128) - network.prefix);
  return all > 2n ? all - 2n : all;
}

/**
 * Returns the addresses of a pool in canonical form, each once. The first and the last address of a range with more than two
 * are left out: they name the network and everybody in it (RFC 919), or a router (RFC 4291). What is beyond
 * {@link MOST_POOL_ADDRESSES} is left out, too; the check of the configuration refuses it.
 *
 * @param ranges addresses and CIDRs; an invalid one has no address.
 */
export function poolAddresses(ranges: readonly string[]): readonly string[] {
  if (ranges.length === 0) return ranges;
  const known = expanded.get(ranges);
  if (known !== undefined) return known;
  const addresses = new Set<string>();
  for (const range of ranges) {
    const network = parseCidr(range);
    if (network === undefined) continue;
    const size = poolSize(range);
    const shift = BigInt((network.family === 4 ? 32 : 128) - network.prefix);
    const first = ((network.bits >> shift) << shift) + (1n << shift > 2n ? 1n : 0n);
    for (let index = 0n; index < size && addresses.size < MOST_POOL_ADDRESSES; index++) {
      const bits = first + index;
      const text = formatAddress(network.family, bits);
      // A range may surround an address that no front end can have, such as that of a cloud's metadata service.
      if (neverAllowed({ family: network.family, bits, text }) === undefined) addresses.add(text);
    }
  }
  const list = [...addresses];
  expanded.set(ranges, list);
  return list;
}

/** Pools by their ranges: the configuration is read once, and each Gateway and each route asks. */
const expanded = new WeakMap<readonly string[], readonly string[]>();
