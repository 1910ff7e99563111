import type { Row } from '../../ledger/index.ts';
import type { NitroReader } from '../ports.ts';

/** Rows of one string map; with `key`, only those whose key matches this PCRE. */
export async function readMap(
  reader: NitroReader,
  map: string,
  filter?: { key?: string; value?: string },
): Promise<Row[]> {
  const rows = await reader.rows('policystringmap_pattern_binding', {
    name: map,
    ...(filter === undefined ? {} : { filter }),
  });
  return rows.map((row) => ({
    key: String(row.key),
    value: String(row.value ?? ''),
    comment: String(row.comment ?? ''),
  }));
}
