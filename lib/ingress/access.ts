import { compareText, type Finding } from '../contract/index.ts';
import type { Access } from '../route/index.ts';
import type { Annotation } from './annotations.ts';
import { contains, type Network, parseCidr } from './cidr.ts';
import { finding, quote, quoteAll } from './finding.ts';
import { formatAddress, parseAddress } from './ip.ts';
import type { OwnAnnotations } from './own-annotations.ts';

/** Most networks of both lists of an object: what a person can survey, and what the appliance searches in no time. */
export const MOST_NETWORKS = 256;

/** The object that an annotation is on, as findings name it. */
export type AnnotatedKind = 'Ingress' | 'TLSRoute';

/** Who may connect to the hosts of an Ingress or TLSRoute (VAL-17). */
export interface ParsedAccess {
  /** Absent: everybody. */
  readonly access?: Access;
  /** Nobody may connect, because what restricts access cannot be applied as it was intended. */
  readonly closed: boolean;
  readonly findings: readonly Finding[];
}

/** A network as an annotation names it, with its family. */
interface NamedNetwork extends Network {
  readonly text: string;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/**
 * Parses an address or a range in CIDR notation.
 *
 * @returns the reason where the text is neither.
 */
function parseNetwork(input: string): NamedNetwork | { readonly reason: string } {
  const network = parseCidr(input);
  if (network === undefined) return { reason: 'is not an address or a range such as 192.0.2.0/24' };
  const { family, bits, prefix } = network;
  const width = WIDTH[family];
  const host = BigInt(width - prefix);
  const first = (bits >> host) << host;
  const address = formatAddress(family, first);
  if (first !== bits) return { reason: `has bits behind its prefix: write ${address}/${prefix}, or the address alone` };
  return { ...network, text: prefix === width ? address : `${address}/${prefix}` };
}

/** The networks of one annotation. */
interface ParsedList {
  readonly networks: readonly NamedNetwork[];
  /** Why entries are no networks, as they are written. */
  readonly invalid: readonly { readonly entry: string; readonly reason: string }[];
  /** Number of entries. */
  readonly count: number;
}

function parseList(value: string): ParsedList {
  const entries = value.split(/[\s,]+/).filter((entry) => entry !== '');
  const networks: NamedNetwork[] = [];
  const invalid: { entry: string; reason: string }[] = [];
  // A longer list is refused as a whole: nothing reads the rest.
  for (const entry of entries.slice(0, MOST_NETWORKS + 1)) {
    const parsed = parseNetwork(entry);
    if ('reason' in parsed) invalid.push({ entry, reason: parsed.reason });
    else networks.push(parsed);
  }
  return { networks, invalid, count: entries.length };
}

/** Returns the networks of a family without those that another one covers, sorted by their texts. */
function widest(networks: readonly NamedNetwork[], family: 4 | 6): string[] {
  const own = networks.filter((network) => network.family === family);
  const kept = own.filter(
    (network, index) =>
      !own.some(
        (other, position) =>
          contains(other, { family, bits: network.bits, text: '' }) &&
          (other.prefix < network.prefix || (other.prefix === network.prefix && position < index)),
      ),
  );
  return kept.map(({ text }) => text).sort(compareText);
}

/** @param hosts whose connections are reset: `the hosts of this Ingress`. */
function closed({ key, path, value }: Annotation, hosts: string, why: string, remedy?: string): Finding {
  const message = `${key}: ${why}: every connection to ${hosts} is reset`;
  return finding('AccessClosed', { message, path, value, ...(remedy === undefined ? {} : { remedy }) });
}

/** Returns why the lists cannot be applied as they were intended, so that nobody may connect. */
function refusal(
  allow: Annotation | undefined,
  deny: Annotation | undefined,
  lists: { readonly allowed: ParsedList; readonly denied: ParsedList },
  kind: AnnotatedKind,
): Finding | undefined {
  const { allowed, denied } = lists;
  const hosts = hostsOf(kind);
  const long = [allow, deny].find((each) => each !== undefined);
  if (long !== undefined && allowed.count + denied.count > MOST_NETWORKS) {
    const why = `${allowed.count + denied.count} networks are more than the ${MOST_NETWORKS} that one ${kind} may name`;
    const several = kind === 'Ingress' ? 'Ingresses' : 'TLSRoutes';
    return closed(long, hosts, why, `Name wider networks, or divide the hosts between several ${several}.`);
  }
  const [bad] = denied.invalid;
  if (deny !== undefined && bad !== undefined) {
    return closed(deny, hosts, `${quote(bad.entry)} ${bad.reason}, so it is not known whom to keep out`);
  }
  if (allow !== undefined && allowed.networks.length === 0) {
    const [first] = allowed.invalid;
    const why = first === undefined ? 'the list is empty' : `${quote(first.entry)} ${first.reason}`;
    return closed(allow, hosts, why);
  }
  if (deny !== undefined && denied.count === 0) return closed(deny, hosts, 'the list is empty');
  return undefined;
}

const hostsOf = (kind: AnnotatedKind): string => `the hosts of this ${kind}`;

/** Returns a finding for entries of the list of those that may connect: without them the list is only narrower. */
function leftOut({ key, path }: Annotation, { invalid }: ParsedList): Finding {
  const { reason } = invalid[0] as ParsedList['invalid'][number];
  const entries = invalid.map(({ entry }) => entry);
  const message = `${key}: left out, so that these clients may not connect: ${quoteAll(entries)}; the first ${reason}`;
  return finding('AccessNetworkInvalid', { message, path, value: entries.join(', ') });
}

/**
 * Reads who may connect to the hosts of an object (VAL-17). Whatever cannot be read makes the hosts less open, never more:
 *
 * | case | effect |
 * |---|---|
 * | an entry of `allow-sources` is invalid | it is left out: its clients may not connect |
 * | an entry of `deny-sources` is invalid | nobody may connect |
 * | a list is empty, or both are too long | nobody may connect |
 * | no allowed network is of the family of a front end | nobody may connect there |
 * | a name that seems to restrict access is unknown | nobody may connect |
 *
 * @param vips addresses of the front ends: only networks of their families count. None stands for one of IPv4.
 * @param kind what the annotations are on.
 */
export function accessOf(own: OwnAnnotations, vips: readonly string[], kind: AnnotatedKind): ParsedAccess {
  if (own.misspelt !== undefined) {
    const why = 'this unknown name seems to restrict who may connect';
    const remedy = 'Correct the name, or remove the annotation.';
    return { closed: true, findings: [closed(own.misspelt, hostsOf(kind), why, remedy)] };
  }
  const [allow, deny] = [own.get('allow-sources'), own.get('deny-sources')];
  if (allow === undefined && deny === undefined) return { closed: false, findings: [] };
  const lists = { allowed: parseList(allow?.value ?? ''), denied: parseList(deny?.value ?? '') };
  const refused = refusal(allow, deny, lists, kind);
  const findings = allow !== undefined && lists.allowed.invalid.length > 0 ? [leftOut(allow, lists.allowed)] : [];
  // A list that is refused as a whole has one finding.
  if (refused !== undefined) return { closed: true, findings: [refused] };
  const places = new Map((vips.length === 0 ? [''] : vips).map((vip) => [parseAddress(vip)?.family ?? 4, vip]));
  const families = [...places.keys()].sort();
  const allowed = families.map((family) => widest(lists.allowed.networks, family));
  const denied = families.flatMap((family) => widest(lists.denied.networks, family));
  const none = allow === undefined ? [] : families.filter((_family, index) => allowed[index]?.length === 0);
  for (const family of none) {
    const hosts = none.length === families.length ? hostsOf(kind) : `${hostsOf(kind)} on ${places.get(family)}`;
    const why = `no network is one of IPv${family}, as the front end ${places.get(family)} is`;
    findings.push(closed(allow as Annotation, hosts, why));
  }
  if (none.length === families.length) return { closed: true, findings };
  const access = {
    ...(allow === undefined ? {} : { allow: allowed.flat() }),
    ...(denied.length === 0 ? {} : { deny: denied }),
  };
  return { closed: false, findings, ...(Object.keys(access).length === 0 ? {} : { access }) };
}
