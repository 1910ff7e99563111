import { hash } from 'node:crypto';

/** Lower-case RFC 4648 base32: names of string maps on the appliance are not case-sensitive. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Kinds of Kubernetes objects that have routes. */
export type SourceKind = 'Ingress' | 'TLSRoute' | 'Gateway';

/** An object that has routes, identified across all clusters. */
export interface Owner {
  readonly cluster: string;
  readonly namespace: string;
  /**
   * Name of an Ingress; that of a TLSRoute follows `tlsroute/`, that of a Gateway `gateway/`: no object's own name has a
   * slash.
   */
  readonly name: string;
}

/** Begin the names of owners of each kind. */
const NAME_PREFIXES: Readonly<Record<SourceKind, string>> = { Ingress: '', TLSRoute: 'tlsroute/', Gateway: 'gateway/' };
const GATEWAY_KINDS = ['TLSRoute', 'Gateway'] as const;

/** Returns the owner of an object's routes. */
export function ownerOf(kind: SourceKind, cluster: string, { namespace, name }: Omit<Owner, 'cluster'>): Owner {
  return { cluster, namespace, name: `${NAME_PREFIXES[kind]}${name}` };
}

/** Returns the name of an object among those of its cluster: `namespace/name`, `namespace/tlsroute/name` or `namespace/gateway/name`. */
export const nameInCluster = (kind: SourceKind, ref: Omit<Owner, 'cluster'>): string =>
  qualifiedName(ownerOf(kind, '', ref));

/** Returns the kind of the object that an event is about, by its detail type. */
export const kindOfEvent = (detailType: unknown): SourceKind =>
  GATEWAY_KINDS.find((kind) => String(detailType).startsWith(`${kind} `)) ?? 'Ingress';

/** Returns the object that an owner's name stands for. */
export function objectOf({ name }: Pick<Owner, 'name'>): { readonly kind: SourceKind; readonly name: string } {
  const kind = GATEWAY_KINDS.find((each) => name.startsWith(NAME_PREFIXES[each])) ?? 'Ingress';
  return { kind, name: name.slice(NAME_PREFIXES[kind].length) };
}

/** The two characters of each ten bits. */
const PAIRS: readonly string[] = [...ALPHABET].flatMap((first) => [...ALPHABET].map((second) => first + second));

/**
 * Returns bytes as lower-case base32 without padding.
 *
 * @param bytes a text with one character for each byte, which takes half the time of a buffer: a plan has several digests
 *   of each owner.
 * @param most characters of the result at most.
 */
export function base32(bytes: string, most = Math.ceil((bytes.length * 8) / 5)): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (let index = 0; out.length < most; index++) {
    // Behind the last byte stand zeros.
    value = (value << 8) | (index < bytes.length ? bytes.charCodeAt(index) : 0);
    bits += 8;
    if (bits < 10) continue;
    bits -= 10;
    out += PAIRS[value >>> bits];
    value &= (1 << bits) - 1;
  }
  return out.slice(0, most);
}

/** Characters of a digest that is an identity: 130 bits. */
const IDENTITY_LENGTH = 26;

/** Pattern, without anchors, of an identity: the key of an owner, the digest of a host. */
export const IDENTITY_PATTERN = `[a-z0-7][a-z2-7]{${IDENTITY_LENGTH - 1}}`;

/**
 * Returns the first `length` characters of the lower-case base32 of SHA-256 of `text`.
 *
 * @param length characters, 5 bits each.
 */
export function digest(text: string, length = IDENTITY_LENGTH): string {
  return base32(hash('sha256', text, 'binary'), length);
}

/** Begin the keys of TLSRoutes and Gateways: no character of base32, and before all of them in the order of ASCII. */
const TLS_ROUTE_FIRST = '01';

/**
 * Returns the key of an owner (docs/protocol.md, *Words*). Ingresses have a key space of their own, and so have TLSRoutes
 * and Gateways together, so that a snapshot of the ones says nothing about the others.
 */
export function ownerKey(owner: Owner): string {
  const text = textOf(owner);
  const known = KEYS.get(text);
  if (known !== undefined) return known;
  const key = keyOf(text, owner.name);
  if (KEYS.size >= MOST_KEYS) KEYS.clear();
  KEYS.set(text, key);
  return key;
}

/** Returns the first two characters of an owner's key, and keeps nothing: the forwarder asks once for each owner. */
export function keyPrefix(owner: Owner): string {
  return keyOf(textOf(owner), owner.name).slice(0, 2);
}

const textOf = ({ cluster, namespace, name }: Owner): string => `${cluster}/${namespace}/${name}`;

/**
 * Keys by the owner's name: a plan asks for each several times, and every snapshot names the same owners. A map with weak keys
 * would have the garbage collector look at each owner that ever was.
 */
const KEYS = new Map<string, string>();
/** About 10 MB. */
const MOST_KEYS = 50_000;

/** @param text the owner as one text. */
function keyOf(text: string, name: string): string {
  const key = digest(text);
  if (objectOf({ name }).kind === 'Ingress') return key;
  return `${TLS_ROUTE_FIRST[ALPHABET.indexOf(key[0] as string) % 2]}${key.slice(1)}`;
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

const prefixesOf = (first: string): string[] => [...first].flatMap((a) => [...SORTED].map((b) => a + b));

/** All 1,024 two-character prefixes of the keys of Ingresses, in order. */
export const PREFIXES: readonly string[] = prefixesOf(SORTED);

/** All 64 prefixes of the keys of TLSRoutes and Gateways, in order: they precede those of Ingresses. */
export const TLS_ROUTE_PREFIXES: readonly string[] = prefixesOf(TLS_ROUTE_FIRST);

/** The whole key space of Ingresses. */
export const EVERYTHING: KeyRange = { from: PREFIXES[0] as string, to: PREFIXES.at(-1) as string };

/** The whole key space of TLSRoutes and Gateways. */
export const TLS_ROUTES: KeyRange = {
  from: TLS_ROUTE_PREFIXES[0] as string,
  to: TLS_ROUTE_PREFIXES.at(-1) as string,
};

/** Returns whether a key, or a prefix of at least two characters, lies in a range. */
export function inRange(key: string, range: KeyRange): boolean {
  const prefix = key.slice(0, 2);
  return range.from <= prefix && prefix <= range.to;
}

const ALL_PREFIXES = [...TLS_ROUTE_PREFIXES, ...PREFIXES];

/** Returns the prefixes of a range, in order. */
export const prefixesIn = (range: KeyRange): string[] => ALL_PREFIXES.filter((prefix) => inRange(prefix, range));

/** Returns all prefixes of the kind of object whose keys begin with this one. */
export const keySpaceOf = (prefix: string): readonly string[] =>
  TLS_ROUTE_FIRST.includes(prefix[0] as string) ? TLS_ROUTE_PREFIXES : PREFIXES;

/** Returns the next prefix; undefined after the last. */
export function nextPrefix(prefix: string): string | undefined {
  return ALL_PREFIXES[ALL_PREFIXES.indexOf(prefix) + 1];
}
