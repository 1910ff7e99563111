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
 * Ranges that are never allowed, the first that holds an address names its kind:
 *
 * - Addresses of the appliance itself or of its segment: loopback, link-local, multicast (RFC 6890, RFC 4291).
 * - Services of a cloud that answer whoever is on the network, with credentials of the machine among the answers. They
 *   are outside of the link-local range: AWS `fd00:ec2::/32`, which also has DNS, time and pod identity ("Supporting
 *   Amazon VPC services" in the whitepaper "IPv6 on AWS"); Google `fd20:ce::254`; Oracle `fd00:c1::a9fe:a9fe`, and formerly
 *   192.0.0.192; Scaleway `fd00:42::42`; Azure 168.63.129.16; Alibaba 100.100.100.200. The rest of 100.64.0.0/10
 *   (RFC 6598) is allowed: clusters on EKS have pods there.
 * - IPv6 addresses that embed an IPv4 address, and would name it past every IPv4 range: mapped, compatible (RFC 4291),
 *   translated (RFC 2765), NAT64 (RFC 6052, RFC 8215), Teredo (RFC 4380), 6to4 (RFC 3056). A NAT64 prefix of one network
 *   cannot be known: only `memberNetworks` excludes it.
 */
export const NEVER_ALLOWED: readonly { readonly range: string; readonly kind: string }[] = [
  { range: '0.0.0.0/8', kind: 'unspecified' },
  { range: '127.0.0.0/8', kind: 'loopback' },
  { range: '169.254.0.0/16', kind: 'link-local' },
  { range: '192.0.0.0/24', kind: 'reserved' },
  { range: '224.0.0.0/4', kind: 'multicast' },
  { range: '240.0.0.0/4', kind: 'reserved' },
  { range: '100.100.100.200/32', kind: 'cloud-metadata' },
  { range: '168.63.129.16/32', kind: 'cloud-metadata' },
  { range: '::/128', kind: 'unspecified' },
  { range: '::1/128', kind: 'loopback' },
  { range: '::/96', kind: 'IPv4-compatible' },
  { range: '::ffff:0:0/96', kind: 'IPv4-mapped' },
  { range: '::ffff:0:0:0/96', kind: 'IPv4-translated' },
  { range: '64:ff9b::/96', kind: 'NAT64' },
  { range: '64:ff9b:1::/48', kind: 'NAT64' },
  { range: '2001::/32', kind: 'Teredo' },
  { range: '2002::/16', kind: '6to4' },
  { range: 'fd00:42::42/128', kind: 'cloud-metadata' },
  { range: 'fd00:c1::a9fe:a9fe/128', kind: 'cloud-metadata' },
  { range: 'fd00:ec2::/32', kind: 'cloud-metadata' },
  { range: 'fd20:ce::254/128', kind: 'cloud-metadata' },
  { range: 'fe80::/10', kind: 'link-local' },
  { range: 'ff00::/8', kind: 'multicast' },
];

/** An inclusive range of addresses, as numbers of the bits of IPv4, or as those of IPv6. */
interface NeverRange<Bits extends number | bigint> {
  readonly first: Bits;
  readonly last: Bits;
  readonly kind: string;
}

/** By family, IPv4 as numbers: every member of a snapshot is compared with all. */
const NEVER = ((): { readonly v4: readonly NeverRange<number>[]; readonly v6: readonly NeverRange<bigint>[] } => {
  const v4: NeverRange<number>[] = [];
  const v6: NeverRange<bigint>[] = [];
  for (const { range, kind } of NEVER_ALLOWED) {
    const { family, bits, prefix } = parseCidr(range) as Network;
    const size = 1n << BigInt((family === 4 ? 32 : 128) - prefix);
    const last = bits + size - 1n;
    if (family === 4) v4.push({ first: Number(bits), last: Number(last), kind });
    else v6.push({ first: bits, last, kind });
  }
  return { v4, v6 };
})();

function neverKind({ family, bits }: Address): string | undefined {
  if (family === 6) return NEVER.v6.find(({ first, last }) => first <= bits && bits <= last)?.kind;
  const number = Number(bits);
  return NEVER.v4.find(({ first, last }) => first <= number && number <= last)?.kind;
}

/** Returns the kind of an address that can be neither a member nor a front end, for messages: `a loopback`, `an unspecified`, … */
export function neverAllowed(address: Address): string | undefined {
  const kind = neverKind(address);
  return kind && `${/^[AEIOU]/i.test(kind) ? 'an' : 'a'} ${kind}`;
}
