import type { LedgerRow } from '../../ledger/index.ts';
import type { BatchQuery, NitroReader, NitroRow } from '../ports.ts';

/** Reads the rows of one string map. @param filter PCREs that key, value or comment must match. */
export async function readMap(
  reader: NitroReader,
  map: string,
  filter?: Readonly<Partial<Record<'key' | 'value' | 'comment', string>>>,
): Promise<LedgerRow[]> {
  const rows = await reader.rows(BINDING, { name: map, ...(filter === undefined ? {} : { filter }) });
  return rows.map(mapRow);
}

/** Reads rows of several string maps, by map. @param key PCRE that the keys must match. */
export async function readMaps(
  reader: NitroReader,
  maps: readonly string[],
  key: string,
): Promise<Map<string, LedgerRow[]>> {
  const found = await reader.rowsOf(BINDING, maps, { key });
  return new Map([...found].map(([map, rows]) => [map, rows.map(mapRow)]));
}

/**
 * Reads the same, and other types in the same call.
 *
 * @param maps at least one has such a row.
 * @returns undefined where one call for all is not known to work: nothing was read.
 */
export async function readMapsBeside(
  reader: NitroReader,
  maps: readonly string[],
  key: string,
  others: readonly BatchQuery[],
): Promise<{ rows: Map<string, LedgerRow[]>; others: readonly NitroRow[][] } | undefined> {
  const found = await reader.rowsBeside(BINDING, maps, { key }, others);
  if (found === undefined) return undefined;
  return { rows: new Map([...found.rows].map(([map, rows]) => [map, rows.map(mapRow)])), others: found.others };
}

const BINDING = 'policystringmap_pattern_binding';

/** Returns a pattern of a string map as a row of the ledger. */
export function mapRow(row: NitroRow): LedgerRow {
  return { key: String(row.key), value: String(row.value ?? ''), comment: String(row.comment ?? '') };
}
