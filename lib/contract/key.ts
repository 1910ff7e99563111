import { hash } from 'node:crypto';

/** Lower-case RFC 4648 base32: names of string maps on the appliance are not case-sensitive. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** An Ingress, identified across all clusters. */
export interface Owner {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** Returns bytes as lower-case base32 without padding. */
export function base32(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) out += ALPHABET[(value << (5 - bits)) & 31];
  return out;
}

/** Characters of a digest that is an identity: 130 bits. */
const IDENTITY_LENGTH = 26;

/** Pattern, without anchors, of a digest that is an identity: the key of an Ingress, the digest of a host. */
export const IDENTITY_PATTERN = `[a-z2-7]{${IDENTITY_LENGTH}}`;

/**
 * Returns the first `length` characters of the lower-case base32 of SHA-256 of `text`.
 *
 * @param length characters, 5 bits each.
 */
export function digest(text: string, length = IDENTITY_LENGTH): string {
  // Only the bytes that reach these characters.
  return base32(hash('sha256', text, 'buffer').subarray(0, Math.ceil((length * 5) / 8))).slice(0, length);
}

/** Returns the key of an Ingress (docs/protocol.md, *Words*). */
export function ownerKey(owner: Owner): string {
  return digest(`${owner.cluster}/${owner.namespace}/${owner.name}`);
}

/** Returns `namespace/name`, as Kubernetes writes it. */
export function qualifiedName(owner: { namespace: string; name: string }): string {
  return `${owner.namespace}/${owner.name}`;
}

/** An inclusive range of keys, by their first two characters. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/** Characters of base32 in ASCII order, digits first: prefixes are compared as strings. */
const SORTED = [...ALPHABET].sort().join('');

/** All 1,024 two-character prefixes, in order. */
export const PREFIXES: readonly string[] = [...SORTED].flatMap((a) => [...SORTED].map((b) => a + b));

/** The whole key space. */
export const EVERYTHING: KeyRange = { from: PREFIXES[0] as string, to: PREFIXES.at(-1) as string };

/** Returns whether a key, or a prefix of at least two characters, lies in a range. */
export function inRange(key: string, range: KeyRange): boolean {
  const prefix = key.slice(0, 2);
  return range.from <= prefix && prefix <= range.to;
}

/** Returns the next prefix; undefined after the last. */
export function nextPrefix(prefix: string): string | undefined {
  return PREFIXES[PREFIXES.indexOf(prefix) + 1];
}
