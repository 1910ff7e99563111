/** A parsed IP address. */
export interface Address {
  readonly family: 4 | 6;
  /** The 32 or 128 bits as a number. */
  readonly bits: bigint;
  /** Canonical text: dotted decimal, or the form of RFC 5952. */
  readonly text: string;
}

const HEXTET = /^[0-9a-fA-F]{1,4}$/;

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** Reads character by character: a snapshot has the addresses of all its members. */
function ipv4Bits(input: string): bigint | undefined {
  let bits = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < input.length; index++) {
    const code = input.charCodeAt(index);
    if (code === DOT && digits > 0 && dots < 3) {
      bits = bits * 256 + octet;
      octet = 0;
      digits = 0;
      dots++;
    } else if (code >= ZERO && code <= NINE && (digits === 0 || octet > 0)) {
      octet = octet * 10 + code - ZERO;
      digits++;
      if (octet > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && digits > 0 ? BigInt(bits * 256 + octet) : undefined;
}

/** Parses the 16-bit groups on one side of `::`. An IPv4 address may stand for the last two. */
function hextets(side: string): number[] | undefined {
  if (side === '') return [];
  const groups = side.split(':');
  const last = groups.at(-1) as string;
  const embedded = last.includes('.') ? ipv4Bits(last) : undefined;
  if (embedded !== undefined) {
    groups.splice(-1, 1, (embedded >> 16n).toString(16), (embedded & 0xffffn).toString(16));
  }
  return groups.every((group) => HEXTET.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

function ipv6Groups(input: string): number[] | undefined {
  const sides = input.split('::');
  if (sides.length > 2) return undefined;
  const head = hextets(sides[0] as string);
  if (sides.length === 1) return head?.length === 8 ? head : undefined;
  const tailText = sides[1] as string;
  const tail = hextets(tailText);
  // An IPv4 address may end the whole address, never the part before `::`.
  if (head === undefined || tail === undefined || (sides[0] as string).includes('.')) return undefined;
  const zeros = 8 - head.length - tail.length;
  return zeros >= 1 ? [...head, ...new Array<number>(zeros).fill(0), ...tail] : undefined;
}

/** Formats as in RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of zero groups. */
function formatIpv6(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = groups.map((group) => group.toString(16));
  return start < 0 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/**
 * Parses an IPv4 or IPv6 address without prefix length, zone, port or brackets. IPv4 has no leading zeros, which some
 * systems read as octal.
 */
export function parseAddress(input: string): Address | undefined {
  if (!input.includes(':')) {
    const bits = ipv4Bits(input);
    return bits === undefined ? undefined : { family: 4, bits, text: input };
  }
  const groups = ipv6Groups(input);
  if (groups === undefined) return undefined;
  const bits = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  return { family: 6, bits, text: formatIpv6(groups) };
}

/** Returns an address in canonical form. @param bits 32 or 128 of them, as a number. */
export function formatAddress(family: 4 | 6, bits: bigint): string {
  const [parts, size] = family === 4 ? [4, 8n] : [8, 16n];
  const groups = Array.from({ length: parts }, (_, index) =>
    Number((bits >> (size * BigInt(parts - 1 - index))) & ((1n << size) - 1n)),
  );
  return family === 4 ? groups.join('.') : formatIpv6(groups);
}
