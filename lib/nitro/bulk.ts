import { LIMITS } from '../netscaler/index.ts';
import { codeIn, objectsIn, textIn } from './answer.ts';
import { NitroError, NitroUnreachable } from './errors.ts';
import { inParallel } from './limiter.ts';
import type { ItemResult, NitroItem, NitroRow } from './ports.ts';
import type { NitroSession, SessionCall } from './session.ts';
import { NOT_NITRO } from './unreachable.ts';

/** Makes the appliance attempt every item, also after a failed one. */
export const CONTINUE = { 'X-NITRO-ONERROR': 'continue' };

/**
 * Sends a bulk call and returns one result for each item. Throws errors that concern the whole appliance, of the call or
 * of an item.
 *
 * @param again sends the items that were not attempted, or that have no result of their own.
 */
export async function bulk<T>(
  session: NitroSession,
  call: SessionCall,
  items: readonly T[],
  again: (items: readonly T[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  let results: ItemResult[];
  try {
    const answer = await session.request(call);
    if (answer.status !== 207) return items.map(() => undefined);
    results = objectsIn(answer.body?.response, call.what)
      .slice(0, items.length)
      .map((result) => resultOf(call.what, result));
  } catch (error) {
    if (!(error instanceof NitroError) || error.transient) throw error;
    if (error.kind === 'done') return items.map(() => undefined);
    if (items.length === 1) return [error];
    // An older build, or one bad item, made the whole call fail: single calls show which item.
    return oneByOne(items, again);
  }
  if (results.length === items.length) return results;
  // Asked again, it would answer so again.
  if (items.length === 1)
    throw new NitroUnreachable(call.what, 'the answer does not say what was done', true, NOT_NITRO);
  if (results.length === 0) return oneByOne(items, again);
  // The call stopped at an error (`exit`): the rest was not attempted.
  return [...results, ...(await again(items.slice(results.length)))];
}

/** Sends items in calls of at most {@link LIMITS.bulk}, one after the other. */
export async function inCalls<T>(
  items: readonly T[],
  send: (some: readonly T[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for (let start = 0; start < items.length; start += LIMITS.bulk) {
    results.push(...(await send(items.slice(start, start + LIMITS.bulk))));
  }
  return results;
}

/**
 * Sends items in as few calls as possible, of which two at a time are under way: the appliance works on one while the next
 * is prepared. The first call is answered before the second is sent, because it may create what the others name; the last
 * one is sent when all others are answered, because it may say that they are done. The items are spread evenly, so that
 * the first and the last call have those at the ends.
 */
export async function inPairsOfCalls<T>(
  items: readonly T[],
  send: (some: readonly T[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  const calls = Math.ceil(items.length / LIMITS.bulk);
  const size = Math.ceil(items.length / Math.max(1, calls));
  const parts = Array.from({ length: calls }, (_, call) => items.slice(call * size, (call + 1) * size));
  const results: ItemResult[] = [];
  for (const some of [parts.slice(0, 1), parts.slice(1, -1), parts.slice(1).slice(-1)]) {
    for (const part of await inParallel(some, AT_ONCE, send)) results.push(...part);
  }
  return results;
}

/** Calls under way at once. */
const AT_ONCE = 2;

/**
 * Sends items sorted by type, because a call of several types names each once, with all its rows. Returns the results in
 * the order of the items. The items of a plan are sorted already, and are sent as they are.
 */
export async function byType<T extends { readonly type: string }>(
  items: readonly T[],
  send: (some: readonly T[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  if (isSortedByType(items)) return send(items);
  const groups = [...Map.groupBy(items.keys(), (index) => items[index]?.type).values()].flat();
  const results = await send(groups.map((index) => items[index] as T));
  const ordered: ItemResult[] = items.map(() => undefined);
  for (const [position, index] of groups.entries()) ordered[index] = results[position];
  return ordered;
}

/** Returns whether all items of a type stand together. */
function isSortedByType(items: readonly { readonly type: string }[]): boolean {
  const ended = new Set<string>();
  let last: string | undefined;
  return items.every(({ type }) => {
    if (type === last) return true;
    if (last !== undefined) ended.add(last);
    last = type;
    return !ended.has(type);
  });
}

/** Sends items one by one, in order, because later ones may name earlier ones. */
async function oneByOne<T>(
  items: readonly T[],
  again: (items: readonly T[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for (const item of items) results.push(...(await again([item])));
  return results;
}

function resultOf(what: string, result: NitroRow): ItemResult {
  const code = codeIn(result.errorcode);
  if (code === 0) return undefined;
  const error = new NitroError(what, code, 207, textIn(result.message));
  if (error.transient) throw error;
  return error.kind === 'done' || result.severity === 'WARNING' ? undefined : error;
}

/** Returns an array of one as the object itself: its error then has a status of its own. */
export function single<T>(bodies: readonly T[]): T | readonly T[] {
  return bodies.length === 1 ? (bodies[0] as T) : bodies;
}

/** Returns the body of a call of several types, in the order of their first items: the appliance keeps that order. */
export function macro(items: readonly NitroItem[]): Record<string, NitroRow[]> {
  const body: Record<string, NitroRow[]> = {};
  for (const { type, body: row } of items) {
    body[type] ??= [];
    body[type].push(row);
  }
  return body;
}
