import type { LedgerRow } from '../../ledger/index.ts';
import type { BatchQuery, NitroReader, NitroRow } from '../ports.ts';

/** Rows of one string map; with `key`, `value` or `comment`, only those where it matches this PCRE. */
export async function readMap(
  reader: NitroReader,
  map: string,
  filter?: Readonly<Partial<Record<'key' | 'value' | 'comment', string>>>,
): Promise<LedgerRow[]> {
  const rows = await reader.rows(BINDING, { name: map, ...(filter === undefined ? {} : { filter }) });
  return rows.map(asRow);
}

/** Rows of several string maps whose key matches this PCRE, by map. */
export async function readMaps(
  reader: NitroReader,
  maps: readonly string[],
  key: string,
): Promise<Map<string, LedgerRow[]>> {
  const found = await reader.rowsOf(BINDING, maps, { key });
  return new Map([...found].map(([map, rows]) => [map, rows.map(asRow)]));
}

/**
 * Reads the same, and other types in the same call.
 *
 * @param maps of which one at least has such a row.
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
  return { rows: new Map([...found.rows].map(([map, rows]) => [map, rows.map(asRow)])), others: found.others };
}

const BINDING = 'policystringmap_pattern_binding';

function asRow(row: NitroRow): LedgerRow {
  return { key: String(row.key), value: String(row.value ?? ''), comment: String(row.comment ?? '') };
}
