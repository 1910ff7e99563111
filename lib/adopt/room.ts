import { PRIORITY, prioritiesOf } from '../netscaler/index.ts';
import type { IncumbentPolicy, IncumbentServer } from './incumbent.ts';
import type { RecordedBinding } from './record.ts';

/**
 * Makes room for our policies in front of the incumbent's. A bound policy cannot change its priority, and a bank holds a
 * policy once: so another policy of the same rule and action, its **stand-in**, is bound behind all of ours, and only then
 * is the incumbent's unbound. Pure.
 *
 * | moment                                    | a name goes where                                                    |
 * | ----------------------------------------- | -------------------------------------------------------------------- |
 * | stand-ins are bound, in the same order    | the incumbent's own policies decide as before: they come first       |
 * | the incumbent's are unbound, the last first | the first of them that matched still does, else its stand-in, which is the first of the stand-ins to match |
 *
 * The way back binds the incumbent's again, the first first, and then unbinds the stand-ins.
 */

/** Priorities of stand-ins: the last of the levels of many-label wildcards, which no Ingress has. */
const LAST = prioritiesOf(6).last;
const FIRST = prioritiesOf(1).first;

/** Returns the incumbent's own bindings: as they were recorded at first, or as they are where nothing is recorded. */
export function originalsOf({ record, policies }: Pick<IncumbentServer, 'record' | 'policies'>): RecordedBinding[] {
  if (record !== undefined) return [...record.bound];
  return policies.map(({ name, priority }) => ({ policy: name, priority }));
}

/** Returns the priority of the stand-in of each of the incumbent's policies, by their own priorities. */
export function standInPriorities(originals: readonly RecordedBinding[]): Map<number, number> {
  const first = LAST - originals.length + 1;
  return new Map(originals.map(({ priority }, index) => [priority, first + index]));
}

/** Returns whether the incumbent's policies stand where ours must be. */
export function needsRoom(originals: readonly RecordedBinding[]): boolean {
  return originals.some(({ priority }) => priority < FIRST || priority >= PRIORITY.reset);
}

/** Returns why no room can be made. @returns undefined where it can. */
export function noRoomReason(originals: readonly RecordedBinding[]): string | undefined {
  if (!needsRoom(originals)) return undefined;
  const places = new Set(standInPriorities(originals).values());
  if (originals.length > LAST - FIRST + 1) {
    return `its ${originals.length} policies do not fit behind ours: there are ${LAST - FIRST + 1} places`;
  }
  const taken = originals.find(({ priority }) => places.has(priority));
  if (taken === undefined) return undefined;
  return `its policy ${taken.policy} has priority ${taken.priority}, where another one would have to stand: bind it with a lower one first`;
}

/** Bindings to write, in their order. */
export interface RoomPlan {
  /** Stand-ins to bind, in any order. */
  readonly bind: readonly { readonly of: IncumbentPolicy; readonly priority: number }[];
  /** The incumbent's own policies to unbind, in this order. */
  readonly unbind: readonly IncumbentPolicy[];
}

/** Returns what is still to do until there is room. */
export function roomPlan(server: Pick<IncumbentServer, 'record' | 'policies'>): RoomPlan {
  const originals = originalsOf(server);
  if (!needsRoom(originals)) return { bind: [], unbind: [] };
  const places = standInPriorities(originals);
  const standing = new Set(server.policies.flatMap(({ standsFor }) => standsFor ?? []));
  const own = server.policies.filter(({ standsFor }) => standsFor === undefined);
  return {
    bind: own
      .filter(({ priority }) => !standing.has(priority))
      .map((of) => ({ of, priority: places.get(of.priority) ?? LAST })),
    unbind: own.toSorted((a, b) => b.priority - a.priority),
  };
}

/** Returns the incumbent's policies that are to be bound again, in this order. */
export function restorePlan({ record, policies }: Pick<IncumbentServer, 'record' | 'policies'>): RecordedBinding[] {
  const bound = new Set(policies.filter(({ standsFor }) => standsFor === undefined).map(({ name }) => name));
  return (record?.bound ?? []).filter(({ policy }) => !bound.has(policy));
}

/**
 * Returns the incumbent's own policies that were bound since the take-over began: its controller runs.
 *
 * An interrupted first step leaves own policies beside their stand-ins; those are recorded with the same priority.
 */
export function strangers({ record, policies }: Pick<IncumbentServer, 'record' | 'policies'>): string[] {
  if (record === undefined) return [];
  const recorded = new Set(record.bound.map(({ policy, priority }) => `${priority} ${policy}`));
  return policies
    .filter(({ standsFor, name, priority }) => standsFor === undefined && !recorded.has(`${priority} ${name}`))
    .map(({ name }) => name);
}
