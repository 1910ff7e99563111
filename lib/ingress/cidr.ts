import { type Address, parseAddress } from './ip.ts';

/** A range of addresses. */
export interface Network {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}

/** Parses `address/prefix`. An address alone is a range of one. Bits after the prefix are ignored. */
export function parseCidr(input: string): Network | undefined {
  const [addressText = '', prefixText, ...rest] = input.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0) return undefined;
  const width = address.family === 4 ? 32 : 128;
  if (prefixText === undefined) return { family: address.family, bits: address.bits, prefix: width };
  const prefix = Number(prefixText);
  if (!/^[0-9]{1,3}$/.test(prefixText) || prefix > width) return undefined;
  return { family: address.family, bits: address.bits, prefix };
}

export function contains(network: Network, address: Address): boolean {
  if (network.family !== address.family) return false;
  const shift = BigInt((network.family === 4 ? 32 : 128) - network.prefix);
  return network.bits >> shift === address.bits >> shift;
}

/** Returns whether an address lies in one of the ranges. An invalid range contains no address. */
export function inAny(ranges: readonly string[], address: Address): boolean {
  return ranges.some((range) => {
    const network = parseCidr(range);
    return network !== undefined && contains(network, address);
  });
}

/**
 * Ranges that are never allowed: a member in them would reach the appliance itself or its segment. IPv4-mapped addresses
 * would name an IPv4 address past every IPv4 range.
 */
export const NEVER_ALLOWED: readonly { readonly range: string; readonly kind: string }[] = [
  { range: '0.0.0.0/8', kind: 'unspecified' },
  { range: '127.0.0.0/8', kind: 'loopback' },
  { range: '169.254.0.0/16', kind: 'link-local' },
  { range: '224.0.0.0/4', kind: 'multicast' },
  { range: '240.0.0.0/4', kind: 'reserved' },
  { range: '::/128', kind: 'unspecified' },
  { range: '::1/128', kind: 'loopback' },
  { range: '::ffff:0:0/96', kind: 'IPv4-mapped' },
  { range: 'fe80::/10', kind: 'link-local' },
  { range: 'ff00::/8', kind: 'multicast' },
];

const NEVER_NETWORKS = NEVER_ALLOWED.map(({ range, kind }) => ({ network: parseCidr(range) as Network, kind }));

/** Returns the kind of an address that can be neither a member nor a front end: `loopback`, `multicast`, … */
export function neverAllowed(address: Address): string | undefined {
  return NEVER_NETWORKS.find(({ network }) => contains(network, address))?.kind;
}
