import { LONGEST_PATTERN } from '../../ledger/index.ts';
import {
  factsOf,
  type Names,
  parseMark,
  type Resource,
  type ResourceRole,
  type ResourceType,
} from '../../netscaler/index.ts';
import { anyOf, escapePattern } from '../path.ts';
import type { NitroRow } from '../ports.ts';

/** Converts rows of the appliance to resources of the graph. */

export interface InventoryContext {
  readonly system: string;
  readonly names: Names;
  /** Seconds that a removed member keeps its connections, for groups that do not hold that time. */
  readonly drainSeconds?: number;
  /** Data sets may exist although no policy names one: they are read in any case. */
  readonly sources?: boolean;
}

/** Returns PCREs that exactly match all these names, each short enough for a URL. */
export function patternsOf(names: readonly string[]): string[] {
  const patterns: string[] = [];
  let some: string[] = [];
  let length = 0;
  for (const name of names) {
    const more = escapePattern(name).length + 1;
    if (some.length > 0 && length + more > LONGEST_PATTERN - FRAME) {
      patterns.push(anyOf(some));
      some = [];
      length = 0;
    }
    some.push(name);
    length += more;
  }
  return some.length === 0 ? patterns : [...patterns, anyOf(some)];
}

/** Characters around the names: `/^(` and `)$/`. */
const FRAME = 6;

/** Returns whether a comment is a mark of the system. */
export function isOurs({ system }: InventoryContext, comment: unknown): boolean {
  return parseMark(comment)?.system === system;
}

/**
 * Converts a row to a resource: attributes in lower case, booleans as text, lists as one text of items and commas
 * (`lbmonitor.respcode`).
 */
export function toResource(role: ResourceRole, type: ResourceType, row: NitroRow, owners: readonly string[]): Resource {
  const id: Record<string, string | number> = {};
  const attributes: Record<string, string | number> = {};
  for (const field of factsOf(type).id) id[field] = '';
  for (const name in row) {
    const value = attributeOf(row[name]);
    if (value === undefined) continue;
    const field = name.toLowerCase();
    if (Object.hasOwn(id, field)) id[field] = value;
    else attributes[field] = value;
  }
  return { role, type, id, attributes, owners };
}

function attributeOf(value: NitroRow[string]): string | number | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(String).join(',') : undefined;
}
