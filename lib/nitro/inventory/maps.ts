import type { Row } from '../../ledger/index.ts';
import type { NitroReader, NitroRow } from '../ports.ts';

/** Rows of one string map; with `key`, `value` or `comment`, only those where it matches this PCRE. */
export async function readMap(
  reader: NitroReader,
  map: string,
  filter?: Readonly<Partial<Record<'key' | 'value' | 'comment', string>>>,
): Promise<Row[]> {
  const rows = await reader.rows(BINDING, { name: map, ...(filter === undefined ? {} : { filter }) });
  return rows.map(asRow);
}

/** Rows of several string maps whose key matches this PCRE, by map. */
export async function readMaps(reader: NitroReader, maps: readonly string[], key: string): Promise<Map<string, Row[]>> {
  const found = await reader.rowsOf(BINDING, maps, { key });
  return new Map([...found].map(([map, rows]) => [map, rows.map(asRow)]));
}

const BINDING = 'policystringmap_pattern_binding';

function asRow(row: NitroRow): Row {
  return { key: String(row.key), value: String(row.value ?? ''), comment: String(row.comment ?? '') };
}
