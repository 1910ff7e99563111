import type { LedgerRow } from '../../ledger/index.ts';
import type { Resource } from '../../netscaler/index.ts';
import {
  countOtherClaims,
  type FrontendInventory,
  type InventoryContext,
  type NitroReader,
  readAllFrontends,
  readBackends,
  readFrontends,
  readFrontendsThere,
  readMap,
  readMaps,
  readMapsBeside,
  readMembers,
  readPolicyBindings,
  readProxyProfiles,
  readSomePolicyBindings,
} from '../../nitro/index.ts';
import {
  candidatePriorities,
  type FrontendInScope,
  haveFreeCandidates,
  type PlanContext,
  type PlanScope,
  type Retirement,
} from '../../plan/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import { frontendSlot, withoutForeign } from '../decide/foreign-address.ts';
import type { Task } from '../decide/task.ts';
import type { Engine } from '../engine.ts';
import { type ChosenFrontends, chooseFrontends, frontendsToLookUp } from './frontend-slots.ts';
import { likelyRemovals } from './likely-removals.ts';
import { type MarkedObject, type Marks, markQueries, marksIn, NO_MARKS, objectName } from './marks.ts';
import {
  type CountOf,
  countsOfParts,
  type FrontendFacts,
  factsOf,
  needsInventory,
  needsTotalCount,
  requiredTlsFrontends,
  slotsOfOtherKind,
  slotsTaken,
} from './needs.ts';
import { readOwnRows } from './own-rows.ts';
import { policyBindingsToRead } from './policy-needs.ts';
import {
  type FirstRows,
  type FrontendRows,
  firstQueries,
  joinRows,
  lostQuery,
  type NextQuery,
  nextQueries,
} from './row-queries.ts';
import { buildScope, frontendInScope, groupsToRead, ownersToRead, type PolicyBindings } from './scope.ts';
import { indexTasks, replaceTasks, type TaskIndex } from './task-index.ts';

/**
 * Reads the facts that a plan needs from the appliance, in as few requests as possible. The pure files beside this one
 * decide what to read and what follows from it.
 */

/** Everything that was read for a plan. */
interface ReadScope {
  /** The tasks without what a foreign vserver prevents. */
  readonly tasks: readonly Task[];
  readonly scope: PlanScope;
  /** Marks of objects that the plan will probably remove, when another read carried them. */
  readonly marks: Marks;
}

/** @param retired back ends that drain, of all owners. */
export async function readScope(
  { reader, kept }: Pick<Engine, 'reader' | 'kept'>,
  context: PlanContext,
  tasks: readonly Task[],
  retired: readonly Retirement[],
): Promise<ReadScope> {
  const lookUp = frontendsToLookUp(tasks);
  const existing =
    lookUp === 'all' ? await readAllFrontends(reader, context) : await readFrontendsThere(reader, context, lookUp);
  const chosen = chooseFrontends(context.names, tasks, existing);
  const read = await readFrontendScopes(reader, context, chosen, indexTasks(tasks));
  const { frontends, system, marks } = read;
  const [backends, members, proxyProfiles] = await Promise.all([
    readBackends(
      reader,
      { ...context, sources: wantSetting(read.tasks, 'access') },
      ownersToRead(read.tasks, frontends),
      kept,
    ),
    readMembers(reader, groupsToRead(context, read.tasks)),
    wantSetting(read.tasks, 'proxyProtocol') ? readProxyProfiles(reader, context) : undefined,
  ]);
  const scope = buildScope(context, {
    ...{ tasks: read.tasks, frontends, system, retired, backends, members },
    ...(proxyProfiles === undefined ? {} : { proxyProfiles }),
  });
  return { tasks: read.tasks, scope, marks };
}

/**
 * Returns whether a task wants a back end with a setting that needs objects beside it: its data sets may exist without it,
 * and the net profiles are those of the system.
 */
const wantSetting = (tasks: readonly Task[], name: 'access' | 'proxyProtocol'): boolean =>
  tasks.some(({ wanted }) => wanted?.backends.some(({ settings }) => settings[name] !== undefined));

/** Front ends as far as the tasks concern them. */
interface FrontendScopes {
  readonly tasks: readonly Task[];
  readonly frontends: readonly FrontendInScope[];
  /** Objects that exist once for the system; undefined when none of them can be missing. */
  readonly system: readonly Resource[] | undefined;
  readonly marks: Marks;
}

export async function readFrontendScopes(
  reader: NitroReader,
  context: PlanContext,
  chosen: ChosenFrontends,
  index: TaskIndex,
): Promise<FrontendScopes> {
  const { frontends, marks } = await readFrontendRows(reader, context, chosen.frontends, index);
  const looked = frontends.filter((rows) => needsInventory(rows, index));
  const withSystem = looked.some(({ frontend }) => index.wanted.has(frontendKey(frontend)));
  const { inventories, system } = await readFrontends(reader, context, looked, withSystem);
  const found = new Map(looked.map((rows, position) => [rows, inventories[position] as FrontendInventory]));
  const taken = new Map([...chosen.foreign, ...slotsOfOtherKind(context.names, frontends), ...slotsTaken(found)]);
  const tasks = index.tasks.map((task) => withoutForeign(task, taken));
  const facts = frontends
    // Objects of the other kind belong to another front end: this one must not change them.
    .filter(({ frontend }) => taken.get(frontendSlot(frontend)) !== context.names.csvserver(frontend))
    .map((rows) => factsOf(rows, found.get(rows)));
  const possible = taken.size === 0 ? index : replaceTasks(index, tasks);
  return { tasks, frontends: await judgedFrontends(reader, context, facts, possible), system, marks };
}

/** Counts claims and reads policy bindings where that decides something. */
async function judgedFrontends(
  reader: NitroReader,
  context: PlanContext,
  frontends: readonly FrontendFacts[],
  index: TaskIndex,
): Promise<FrontendInScope[]> {
  const count = async (facts: FrontendFacts, what: readonly CountOf[]): Promise<FrontendFacts> => {
    const counts = new Map(facts.counts);
    for (const one of what) {
      const which = one === 'all' ? undefined : one;
      counts.set(one, await countOtherClaims(reader, context.names, facts, index.keys, which));
    }
    return { ...facts, counts };
  };
  const byPort = await Promise.all(frontends.map((facts) => count(facts, countsOfParts(facts, index))));
  const required = requiredTlsFrontends(byPort, index);
  return Promise.all(
    byPort.map(async (facts) => {
      const counted = await count(facts, needsTotalCount(facts, index, required) ? ['all'] : []);
      const need = policyBindingsToRead(context, counted, index, required);
      const bound = await readBindings(reader, context, counted.frontend, need);
      return frontendInScope(counted, bound, index, required);
    }),
  );
}

/** Reads the policy bindings that a plan needs. */
async function readBindings(
  reader: NitroReader,
  { names }: PlanContext,
  frontend: Frontend,
  need: ReturnType<typeof policyBindingsToRead>,
): Promise<PolicyBindings> {
  if (need === undefined) return { bindings: undefined };
  if (need !== 'all') {
    const some = { backends: need.backends, priorities: need.coming.flatMap(candidatePriorities) };
    const bindings = await readSomePolicyBindings(reader, names, frontend, some);
    const taken = new Set(bindings?.map(({ attributes }) => Number(attributes.priority)));
    if (bindings !== undefined && haveFreeCandidates(need.coming, taken)) return { bindings, onlyCandidates: true };
  }
  return { bindings: await readPolicyBindings(reader, names, frontend) };
}

/** Reads the rows of the front ends' maps. */
async function readFrontendRows(
  reader: NitroReader,
  context: PlanContext,
  chosen: readonly Frontend[],
  index: TaskIndex,
): Promise<{ readonly frontends: readonly FrontendRows[]; readonly marks: Marks }> {
  const first = await readFirst(reader, firstQueries(context.names, chosen, index), index);
  const { each, together } = nextQueries(first, index);
  if (together !== undefined) {
    const objects = likelyRemovals(context, first, index);
    const { rows: next, marks } = await readTogether(reader, context, together, objects);
    const frontends = first.map(({ frontend, map, rows }) => ({
      frontend,
      rows: joinRows(rows, next.get(map) ?? []),
    }));
    return { frontends, marks };
  }
  return { frontends: await Promise.all(each.map((query) => readNext(reader, query))), marks: NO_MARKS };
}

async function readFirst(
  reader: NitroReader,
  { each, together }: ReturnType<typeof firstQueries>,
  index: TaskIndex,
): Promise<FirstRows[]> {
  if (together !== undefined) {
    const maps = each.map(({ map }) => map);
    const rows = await readMaps(reader, maps, together);
    return each.map(({ frontend, map, hosts }) => ({ frontend, map, hosts, rows: rows.get(map) ?? [] }));
  }
  return Promise.all(
    each.map(async ({ frontend, map, key, hosts }) => {
      if (key !== undefined) return { frontend, map, hosts, rows: await readMap(reader, map, { key }) };
      const own = await readOwnRows(reader, { frontend, map }, index);
      return { frontend, map, hosts, rows: own ?? (await readMap(reader, map)) };
    }),
  );
}

/** Reads rows of several maps, and the marks of these objects in the same call when the appliance can do that. */
async function readTogether(
  reader: NitroReader,
  context: PlanContext,
  { maps, key }: NonNullable<ReturnType<typeof nextQueries>['together']>,
  objects: readonly MarkedObject[],
): Promise<{ readonly rows: ReadonlyMap<string, LedgerRow[]>; readonly marks: Marks }> {
  const queries = markQueries(objects);
  if (queries.length > 0 && queries.length <= MARKS_AT_ONCE) {
    const found = await readMapsBeside(reader, maps, key, queries);
    if (found !== undefined) return { rows: found.rows, marks: marksIn(context, objects, queries, found.others) };
  }
  return { rows: await readMaps(reader, maps, key), marks: NO_MARKS };
}

async function readNext(reader: NitroReader, query: NextQuery): Promise<FrontendRows> {
  const { frontend, map, rows } = query.first;
  const whole = async (): Promise<FrontendRows> => ({ frontend, rows: await readMap(reader, map) });
  if (query.read === 'nothing') return { frontend, rows };
  if (query.read === 'whole') return whole();
  const { key, holders, leading } = query.read;
  const [next, held, led] = await Promise.all([
    key === undefined ? [] : readMap(reader, map, { key }),
    holders === undefined ? [] : readMap(reader, map, { comment: holders }),
    leading === undefined ? [] : readMap(reader, map, { value: leading }),
  ]);
  const lost = lostQuery(query, [...held, ...led]);
  if (lost === 'whole') return whole();
  const claims = lost === 'nothing' ? [] : await readMap(reader, map, { key: lost });
  return { frontend, rows: joinRows(rows, next, held, led, claims) };
}

/** Most queries in one batch. */
const MARKS_AT_ONCE = 40;

/**
 * Reads which of these objects exist without our mark: one request for a small plan, none without objects.
 *
 * @param before marks that another read of the same plan carried.
 * @returns each as `type name`.
 */
export async function readUnmarked(
  reader: NitroReader,
  context: InventoryContext,
  objects: readonly MarkedObject[],
  before: Marks = NO_MARKS,
): Promise<ReadonlySet<string>> {
  const unmarked = new Set(objects.map(objectName)).intersection(before.unmarked);
  const queries = markQueries(objects.filter((object) => !before.asked.has(objectName(object))));
  for (let start = 0; start < queries.length; start += MARKS_AT_ONCE) {
    const some = queries.slice(start, start + MARKS_AT_ONCE);
    const marks = marksIn(context, [], some, await reader.batch(some));
    for (const object of marks.unmarked) unmarked.add(object);
  }
  return unmarked;
}
