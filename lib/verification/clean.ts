import { objectsIn, textIn } from '../nitro/answer.ts';
import { kindOf, type NitroRow } from '../nitro/index.ts';
import { FOLDER, isMarked, isOwnName, OWN_NAMES } from './names.ts';
import { refusedWith } from './probe.ts';
import type { ProbeObject } from './settings.ts';
import { type ProbeTools, removalOf } from './tools.ts';

interface OwnType {
  readonly type: string;
  /** Attribute with the name. */
  readonly key: string;
  /** Whether a comment marks the objects. */
  readonly marked: boolean;
}

/** Types of the probe's objects, in an order in which most can be removed at once. */
const OWN_TYPES: readonly OwnType[] = [
  { type: 'csvserver', key: 'name', marked: true },
  { type: 'cspolicy', key: 'policyname', marked: false },
  { type: 'csaction', key: 'name', marked: true },
  { type: 'responderpolicy', key: 'name', marked: true },
  { type: 'responderaction', key: 'name', marked: true },
  { type: 'lbvserver', key: 'name', marked: true },
  { type: 'sslpolicy', key: 'name', marked: true },
  { type: 'sslaction', key: 'name', marked: false },
  { type: 'servicegroup', key: 'servicegroupname', marked: true },
  { type: 'server', key: 'name', marked: true },
  { type: 'netprofile', key: 'name', marked: false },
  { type: 'policydataset', key: 'name', marked: true },
  { type: 'policypatset', key: 'name', marked: true },
  { type: 'policystringmap', key: 'name', marked: true },
  { type: 'nstcpprofile', key: 'name', marked: false },
  { type: 'sslcertkey', key: 'certkey', marked: false },
  { type: 'systemfile', key: 'filename', marked: false },
];

/** Requests that look for leftovers. */
export const LISTING_REQUESTS = OWN_TYPES.length;

const FILE_ARGS = `filelocation:${encodeURIComponent(FOLDER)}`;

/** An object that is still there, and why. */
export interface Left {
  readonly object: ProbeObject;
  readonly why: string;
}

interface Cleaned {
  readonly removed: readonly ProbeObject[];
  readonly left: readonly Left[];
}

/** The objects of the probe on an appliance, and those that may not be removed. */
interface Leftovers {
  readonly found: readonly ProbeObject[];
  readonly left: readonly Left[];
}

/**
 * Finds every object of the probe, of this run or an earlier one, and nothing else: an object counts as the probe's by its
 * name and, where its type has a comment, by the mark as well.
 *
 * @throws {NitroUnreachable} the appliance does not answer.
 */
export async function findOwn(tools: ProbeTools): Promise<Leftovers> {
  const left: Left[] = [];
  const found: ProbeObject[] = [];
  for (const own of OWN_TYPES) {
    const rows = await namesOf(tools, own);
    if (typeof rows === 'number') {
      left.push({ object: { type: own.type, name: 'all' }, why: `cannot be listed: ${refusedWith(rows)}` });
      continue;
    }
    for (const row of rows) {
      const object = { type: own.type, name: textIn(row[own.key]) };
      if (own.marked && !isMarked(row.comment)) left.push({ object, why: 'it does not have the mark of this command' });
      else found.push(object);
    }
  }
  return { found, left };
}

/**
 * Removes every object of the probe, of this run or an earlier one.
 *
 * @throws {NitroUnreachable} the appliance does not answer: what is left is not known.
 */
export async function clean(tools: ProbeTools): Promise<Cleaned> {
  const { found, left } = await findOwn(tools);
  const refused = await removeAll(tools, found);
  const stays = new Set(refused.map(({ object }) => object));
  return { removed: found.filter((object) => !stays.has(object)), left: [...left, ...refused] };
}

/** @returns rows with an own name, or the error code of the refusal. */
async function namesOf(tools: ProbeTools, { type, key }: OwnType): Promise<NitroRow[] | number> {
  const query = type === 'systemfile' ? `args=${FILE_ARGS}` : `filter=${key}:${encodeURIComponent(OWN_NAMES)}`;
  const { code, status, body } = await tools.callAnyway({ method: 'GET', path: `${type}?${query}` });
  if (code !== 0) return kindOf(code, status) === 'gone' ? [] : code;
  // An appliance that ignores the filter answers with everybody's objects.
  return objectsIn(body[type], 'read').filter((row) => isOwnName(textIn(row[key])));
}

/** Removes objects; those that others still name are tried again after these. */
async function removeAll(tools: ProbeTools, objects: readonly ProbeObject[]): Promise<Left[]> {
  let waiting = objects;
  for (;;) {
    const refused: Left[] = [];
    for (const object of waiting) {
      const { type, name } = object;
      const { code, status } = await tools.callAnyway(removalOf(type, name, type === 'systemfile' ? FILE_ARGS : ''));
      if (code !== 0 && kindOf(code, status) !== 'gone') refused.push({ object, why: refusedWith(code) });
    }
    if (refused.length === 0 || refused.length === waiting.length) return refused;
    waiting = refused.map(({ object }) => object);
  }
}
