import type { Resource } from '../netscaler/index.ts';
import type { NitroItem, NitroRow } from './ports.ts';

/** Attributes that NITRO takes as lists; in the graph each is one text of items and commas. */
const LISTS: Readonly<Record<string, readonly string[]>> = { lbmonitor: ['respcode'] };

/** Returns a row as NITRO takes it. */
export function itemOf({ type, id, attributes }: Resource): NitroItem {
  const body: NitroRow = { ...id, ...attributes };
  const lists = LISTS[type]?.filter((name) => body[name] !== undefined);
  if (lists === undefined || lists.length === 0) return { type, body };
  const split = lists.map((name) => [
    name,
    String(body[name])
      .split(',')
      .map((entry) => entry.trim()),
  ]);
  return { type, body: { ...body, ...Object.fromEntries(split) } };
}
