import { MOST_POOL_ADDRESSES, poolSize } from '../ingress/address-pool.ts';
import { contains, type Network, neverAllowed, parseCidr } from '../ingress/cidr.ts';
import { parseAddress } from '../ingress/ip.ts';
import type { ApplianceConfig } from './appliances.ts';

/** A problem of one entry of `gatewayAddresses`, or of the whole list. */
export interface PoolProblem {
  /** Position in the list; absent for the whole list. */
  readonly index?: number;
  readonly message: string;
}

/** Returns whether all addresses of a range lie in another one. */
const isWithin = (network: Network, outer: Network): boolean =>
  network.prefix >= outer.prefix && contains(outer, addressOf(network));

const overlap = (a: Network, b: Network): boolean => isWithin(a, b) || isWithin(b, a);

/** Returns a range as the address that it begins with, for comparison. */
const addressOf = ({ family, bits }: Network) => ({ family, bits, text: '' });

/** Returns the ranges of a list that can be read. */
const networksOf = (ranges: readonly (string | undefined)[] = []): Network[] =>
  ranges.flatMap((range) => (range === undefined ? [] : (parseCidr(range) ?? [])));

/**
 * Returns what is wrong with the addresses for Gateways of an appliance (GW-6): an address that a Gateway may get must be one
 * that its appliance may use, and that no other appliance uses.
 *
 * @param all every appliance of the file.
 */
export function poolProblems(appliance: ApplianceConfig, all: readonly ApplianceConfig[]): PoolProblem[] {
  const { gatewayAddresses: ranges = [], frontendIPs } = appliance;
  const problems = ranges.flatMap((range, index): PoolProblem[] => {
    const message = entryProblem(range, frontendIPs) ?? sharedWith(range, appliance, all);
    return message === undefined ? [] : [{ index, message }];
  });
  const size = ranges.reduce((sum, range) => sum + poolSize(range), 0n);
  if (size <= BigInt(MOST_POOL_ADDRESSES)) return problems;
  return [...problems, { message: `has ${size} addresses, expected at most ${MOST_POOL_ADDRESSES}` }];
}

function entryProblem(range: string, frontendIPs: readonly string[] | undefined): string | undefined {
  const network = parseCidr(range);
  // Another check says what is wrong with the text.
  if (network === undefined) return undefined;
  const kind = neverAllowed({ ...addressOf(network), text: parseAddress(range.split('/')[0] ?? '')?.text ?? '' });
  if (kind !== undefined) return `"${range}" is ${kind} address, which a front end cannot have`;
  if (frontendIPs === undefined || networksOf(frontendIPs).some((outer) => isWithin(network, outer))) return undefined;
  return `"${range}" is not within frontendIPs: ${frontendIPs.join(', ')}`;
}

function sharedWith(range: string, own: ApplianceConfig, all: readonly ApplianceConfig[]): string | undefined {
  const network = parseCidr(range);
  if (network === undefined) return undefined;
  const meets = (ranges: readonly (string | undefined)[] | undefined): boolean =>
    networksOf(ranges).some((other) => overlap(network, other));
  for (const other of all) {
    if (other === own) continue;
    const used = meets(other.gatewayAddresses)
      ? 'gatewayAddresses'
      : meets([other.defaultVip])
        ? 'defaultVip'
        : meets(other.frontendIPs)
          ? 'frontendIPs'
          : undefined;
    if (used !== undefined) return `"${range}" is shared with ${used} of the appliance "${other.name}"`;
  }
  return undefined;
}
