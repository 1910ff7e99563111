import { digest } from '../contract/index.ts';
import { canonicalMembers, frontEndKey, frontEndsOf, type RouteSet, stableJson } from '../route/index.ts';
import type { Hashes } from './rows.ts';

/** Version of the graph that makes objects of routes: another one makes every hash differ, and so a comparison. */
export const GRAPH_VERSION = 1;

const LENGTH = 10;
const hash = (value: unknown): string => digest(`${GRAPH_VERSION} ${stableJson(value)}`, LENGTH);

/** Marks that a back end has no member: its policies are unbound. */
export const SOME_EMPTY = '-';

/**
 * Hashes of what an owner wants of one appliance, by the parts that are written apart. The creation time is part of
 * the routes': it decides who holds a host.
 */
export function hashesOf(set: RouteSet): Hashes {
  const empty = set.backEnds.some((backEnd) => backEnd.members.length === 0);
  const members = set.backEnds.map(({ service, port, members }) => [service, port, canonicalMembers(members)]);
  return {
    frontEnd: hash({ settings: set.frontEndSettings, places: frontEndsOf(set.routes).map(frontEndKey).sort() }),
    routes: hash({
      created: set.created,
      routes: set.routes,
      backEnds: set.backEnds.map(({ service, port, settings }) => [service, port, settings]),
    }),
    members: hash(members) + (empty ? SOME_EMPTY : ''),
  };
}

export const sameHashes = (a: Hashes, b: Hashes): boolean =>
  a.frontEnd === b.frontEnd && a.routes === b.routes && a.members === b.members;
