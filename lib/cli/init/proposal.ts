import { inAny } from '../../ingress/cidr.ts';
import { parseAddress } from '../../ingress/ip.ts';
import { CREDENTIALS_PREFIX } from '../appliance-target.ts';
import { type Answers, type ApplianceEntry, answerProblems } from './entry.ts';

/** What was seen of an appliance that has no entry yet. */
export interface SeenAppliance {
  /** The node that answered and, in a pair, its peer. */
  readonly nodes: readonly { readonly name: string; readonly address: string }[];
  /** Addresses of this system's front ends, those with the most hosts first. */
  readonly vips: readonly string[];
  /** Addresses of others' virtual servers. */
  readonly otherVips: readonly string[];
  /** Clusters whose Ingresses it serves. */
  readonly clusters: readonly string[];
}

/** Everything but the answers that proposals follow from. */
export interface Surroundings {
  /** Undefined if the appliance was not asked, or did not answer. */
  readonly seen: SeenAppliance | undefined;
  /** Appliances that the file already has. */
  readonly others: readonly ApplianceEntry[];
  /** Whether the variables that `--nitro` of other commands uses are set. */
  readonly variables: boolean;
}

/** Returns a proposal for every field that has one and is not answered. Each is valid. */
export function propose(answers: Answers, { seen, others, variables }: Surroundings): Answers {
  const name = answers.name ?? proposedName(answers, seen, others);
  const vip = answers.defaultVip ?? seen?.vips.find((one) => isAllowed(one, answers.frontendIPs));
  const clusters = firstOf(seen?.clusters, others.at(-1)?.clusters);
  const all: Answers = {
    name,
    ...(clusters === undefined ? {} : { clusters: [...clusters] }),
    credentials: variables ? { environment: CREDENTIALS_PREFIX } : { secret: `nspass/${name}` },
    ...(vip === undefined ? {} : { defaultVip: vip }),
    ...rangesAround(vip, seen),
  };
  const open = Object.entries(all).filter(([field]) => !Object.hasOwn(answers, field));
  return withoutProblems(answers, Object.fromEntries(open), others);
}

/** Drops proposals that the rules refuse: what an appliance reports is not always what a configuration may hold. */
function withoutProblems(answers: Answers, proposed: Answers, others: readonly ApplianceEntry[]): Answers {
  const wrong = new Set<string>(answerProblems({ ...answers, ...proposed }, others).map(({ field }) => field));
  const kept = Object.entries(proposed).filter(([field]) => !wrong.has(field));
  if (kept.length === Object.keys(proposed).length) return proposed;
  // The rules beyond the schema are only reached without what the schema refuses.
  return withoutProblems(answers, Object.fromEntries(kept), others);
}

function firstOf<T>(...lists: readonly (readonly T[] | undefined)[]): readonly T[] | undefined {
  return lists.find((list) => list !== undefined && list.length > 0);
}

function isAllowed(vip: string, ranges: readonly string[] | undefined): boolean {
  const address = parseAddress(vip);
  return address !== undefined && (ranges === undefined || inAny(ranges, address));
}

/** Returns the ranges of exactly the addresses that are known: wider ones are the operator's decision. */
function rangesAround(vip: string | undefined, seen: SeenAppliance | undefined): Answers {
  const ranges = [...new Set([...(vip === undefined ? [] : [vip]), ...(seen?.vips ?? [])])];
  return ranges.length === 0 ? {} : { frontendIPs: ranges };
}

/** Returns the name of the node, or the first label of the endpoint's host, or `edge`; with a number if it is taken. */
function proposedName(
  { endpoints, console: proxy }: Answers,
  seen: SeenAppliance | undefined,
  others: readonly ApplianceEntry[],
): string {
  const [endpoint] = endpoints ?? [];
  // Behind a Console, the endpoint's host is the Console's.
  const host = proxy !== undefined || endpoint === undefined ? undefined : hostOf(endpoint);
  const names = [proxy?.instanceName, seen?.nodes[0]?.name, hostLabel(host)].map(asName);
  const name = names.find((one) => one !== undefined) ?? 'edge';
  const taken = new Set(others.map((other) => other.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
}

/** Longest base of a name, so that a number fits behind it. */
const NAME_BASE = 30;

/** Returns a text as the name of an appliance; undefined if nothing is left of it. */
function asName(text: string | undefined): string | undefined {
  const name = (text ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_BASE)
    .replaceAll(/^-|-$/g, '');
  return name === '' ? undefined : name;
}

function hostOf(endpoint: string): string | undefined {
  return URL.parse(endpoint)?.hostname.replaceAll(/[[\]]/g, '');
}

/** Returns the first label of a host name; undefined for addresses and this machine. */
function hostLabel(host: string | undefined): string | undefined {
  if (host === undefined || host === 'localhost' || parseAddress(host) !== undefined) return undefined;
  return host.split('.')[0];
}

/**
 * Returns the endpoints of both members of a pair, for an endpoint that is the address of one.
 *
 * @returns undefined if the appliance is not a pair, or was reached under another address than those of its nodes: whether
 *   these can be reached from here is not known then.
 */
export function pairEndpoints({ endpoints = [], console: proxy }: Answers, seen: SeenAppliance): string[] | undefined {
  const [endpoint, ...more] = endpoints;
  if (endpoint === undefined || more.length > 0 || proxy !== undefined) return undefined;
  const host = canonical(hostOf(endpoint) ?? '');
  const addresses = seen.nodes.map(({ address }) => canonical(address));
  const peer = addresses.find((address) => address !== host);
  if (addresses.length !== 2 || host === undefined || !addresses.includes(host) || peer === undefined) return undefined;
  const url = new URL(endpoint);
  url.hostname = peer.includes(':') ? `[${peer}]` : peer;
  return [endpoint, url.origin];
}

/** Addresses that a remark names. */
const MOST_NAMED = 5;

/** Returns what a person should know of an appliance, and no proposal says. */
export function remarksOn(answers: Answers, seen: SeenAppliance): string[] {
  const nodes = addressesIn(seen.nodes.map(({ address }) => address));
  const single = (answers.endpoints ?? []).length === 1 && answers.console === undefined;
  const pair =
    nodes.length === 2 && single && pairEndpoints(answers, seen) === undefined
      ? [
          `It is a member of an HA pair (${nodes.join(', ')}). Writes go to the primary: name the addresses of both nodes.`,
        ]
      : [];
  const others = addressesIn(seen.otherVips);
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  const taken =
    others.length === 0
      ? []
      : [`Others have virtual servers on ${others.slice(0, MOST_NAMED).join(', ')}${more}: choose VIPs beside them.`];
  return [...pair, ...taken];
}

/** Drops texts that are not addresses: they come from the appliance, and go to a terminal. */
const addressesIn = (texts: readonly string[]): string[] => texts.flatMap((text) => parseAddress(text)?.text ?? []);

const canonical = (address: string): string | undefined => parseAddress(address)?.text;
