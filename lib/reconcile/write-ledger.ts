import type { Row } from '../ledger/index.ts';
import { systemMark } from '../netscaler/index.ts';
import type { ItemResult, NitroItem, NitroWriter } from '../nitro/index.ts';
import type { PlanContext } from '../plan/index.ts';

/** Writes rows of one cluster's ledger; makes its map when the cluster is new to the appliance. */
export async function writeRows(
  writer: NitroWriter,
  { system, names }: PlanContext,
  cluster: string,
  rows: readonly Row[],
  isNew: boolean,
): Promise<void> {
  if (rows.length === 0) return;
  const map = names.ledgerMap(cluster);
  const items: NitroItem[] = rows.map(({ key, value, comment }) => ({
    type: 'policystringmap_pattern_binding',
    body: { name: map, key, value, ...(comment === '' ? {} : { comment }) },
  }));
  const create: NitroItem = { type: 'policystringmap', body: { name: map, comment: systemMark(system, cluster) } };
  let results = await addAll(writer, isNew ? [create, ...items] : items);
  if (results.some((result) => result?.kind === 'gone')) {
    results = await addAll(writer, [create, ...items]);
  }
  const refused = results.find((result) => result !== undefined && result.kind !== 'exists');
  // Without its records nothing may be written: better to come again.
  if (refused !== undefined) throw refused;
}

export async function removeRows(
  writer: NitroWriter,
  { names }: PlanContext,
  cluster: string,
  keys: readonly string[],
): Promise<void> {
  const results: ItemResult[] = [];
  for (let start = 0; start < keys.length; start += BULK) {
    results.push(
      ...(await writer.remove(
        keys.slice(start, start + BULK).map((key) => ({
          type: 'policystringmap_pattern_binding',
          name: ['name', names.ledgerMap(cluster)] as const,
          args: { key },
        })),
      )),
    );
  }
  const refused = results.find((result) => result !== undefined && result.kind !== 'gone');
  if (refused !== undefined) throw refused;
}

const BULK = 500;

async function addAll(writer: NitroWriter, items: readonly NitroItem[]): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for (let start = 0; start < items.length; start += BULK) {
    results.push(...(await writer.add(items.slice(start, start + BULK))));
  }
  return results;
}
