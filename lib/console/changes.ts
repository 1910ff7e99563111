import { compareText, type Owner, ownerKey } from '../contract/index.ts';
import { sameHashes } from '../ledger/index.ts';
import type { RouteStatus } from '../status/index.ts';
import type { ConsoleChange } from './api.ts';
import type { ConsoleReading, RecordedIngress } from './reading.ts';

/** A change without its number. */
export type ConsoleChangeFound = Omit<ConsoleChange, 'id'>;

/** Hosts of an Ingress, those that it holds and those that it waits for. */
interface Claimed {
  readonly owner: Owner;
  readonly held: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
}

/**
 * Returns what happened to Ingresses between two readings, sorted by Ingress. Pure.
 *
 * | ledger and claims, before → after | change |
 * |---|---|
 * | no live record, or a pending one → applied | `programmed` |
 * | applied → applied with other hashes | `changed` |
 * | anything → pending, with another sequence | `pending` |
 * | a live record → a tombstone or none | `removed` |
 * | a host gets a claim on standby | `waiting` |
 * | a host of another holder is held | `took over` |
 */
export function changesBetween(before: ConsoleReading, after: ConsoleReading): ConsoleChangeFound[] {
  const [claimedBefore, claimedAfter] = [claimsOf(before.routes), claimsOf(after.routes)];
  const holders = holdersOf(before.routes);
  const keys = new Set([...before.records.keys(), ...after.records.keys(), ...claimedAfter.keys()]);
  return [...keys]
    .flatMap((key): ConsoleChangeFound[] => {
      const was = claimedBefore.get(key);
      const is = claimedAfter.get(key);
      const owner = (after.records.get(key) ?? before.records.get(key) ?? is)?.owner;
      if (owner === undefined) return [];
      const what = recordChange(before.records.get(key), after.records.get(key));
      const waiting = [...(is?.waiting ?? [])].filter((host) => was?.waiting.has(host) !== true);
      const taken = [...(is?.held ?? [])].filter((host) => (holders.get(host) ?? key) !== key);
      const shown = [...((what === 'removed' ? was : is)?.held ?? [])];
      // An Ingress that holds nothing and waits is described by what it waits for.
      const silent = what === undefined || (what !== 'removed' && shown.length === 0 && waiting.length > 0);
      const entry = (kind: ConsoleChange['what'], hosts: Iterable<string>): ConsoleChangeFound => ({
        at: after.at,
        owner,
        what: kind,
        hosts: namesOfHosts(hosts),
      });
      return [
        ...(silent ? [] : [entry(what, shown)]),
        ...(waiting.length === 0 ? [] : [entry('waiting', waiting)]),
        ...(taken.length === 0 ? [] : [entry('took over', taken)]),
      ];
    })
    .sort((a, b) => compareText(ownerText(a.owner), ownerText(b.owner)));
}

const ownerText = ({ cluster, namespace, name }: Owner): string => `${cluster}/${namespace}/${name}`;

function recordChange(
  before: RecordedIngress | undefined,
  after: RecordedIngress | undefined,
): 'programmed' | 'pending' | 'changed' | 'removed' | undefined {
  const was = before?.record.kind === 'live' ? before.record : undefined;
  const is = after?.record.kind === 'live' ? after.record : undefined;
  if (is === undefined) return was === undefined ? undefined : 'removed';
  if (is.state === 'pending') return was?.state === 'pending' && was.sequence === is.sequence ? undefined : 'pending';
  if (was === undefined || was.state === 'pending') return 'programmed';
  return sameHashes(was.hashes, is.hashes) ? undefined : 'changed';
}

/** Identifies a host on a front end; {@link namesOfHosts} returns the hosts. */
const hostId = ({ host = '', frontend }: RouteStatus): string => `${host} ${frontend.vip} ${frontend.port}`;

/** Returns the names of hosts, each once: a host and its redirect are one name. */
const namesOfHosts = (ids: Iterable<string>): string[] =>
  [...new Set([...ids].map((id) => id.slice(0, id.indexOf(' '))))].filter((host) => host !== '').sort(compareText);

function claimsOf(routes: readonly RouteStatus[]): Map<string, Claimed> {
  const claims = routes.flatMap((route) => [
    ...(route.holder === undefined ? [] : [{ owner: route.holder.owner, id: hostId(route), held: true }]),
    ...route.standby.map(({ owner }) => ({ owner, id: hostId(route), held: false })),
  ]);
  return new Map(
    [...Map.groupBy(claims, ({ owner }) => ownerKey(owner))].map(([key, all]) => [
      key,
      {
        owner: all[0]!.owner,
        held: new Set(all.filter(({ held }) => held).map(({ id }) => id)),
        waiting: new Set(all.filter(({ held }) => !held).map(({ id }) => id)),
      },
    ]),
  );
}

/** Host on a front end → key of its holder. */
function holdersOf(routes: readonly RouteStatus[]): Map<string, string> {
  return new Map(
    routes.flatMap((route) => (route.holder === undefined ? [] : [[hostId(route), ownerKey(route.holder.owner)]])),
  );
}
