import type { LedgerRow } from '../../ledger/index.ts';
import { systemMark } from '../../netscaler/index.ts';
import type { ItemResult, NitroError, NitroItem, NitroWriter, RemovalItem } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';

/** Rows that the appliance refused, by key, with its answer. */
export type RefusedRows = ReadonlyMap<string, NitroError>;

/**
 * Writes rows of one cluster's ledger; creates its map when the cluster is new to the appliance.
 *
 * @returns the refused rows: {@link refusedWrites} decides whose they are.
 */
export async function writeRows(
  writer: NitroWriter,
  { system, names }: PlanContext,
  { cluster, isNew }: { readonly cluster: string; readonly isNew: boolean },
  rows: readonly LedgerRow[],
): Promise<RefusedRows> {
  if (rows.length === 0) return new Map();
  const map = names.ledgerMap(cluster);
  const items: NitroItem[] = rows.map(({ key, value, comment }) => ({
    type: 'policystringmap_pattern_binding',
    body: { name: map, key, value, ...(comment === '' ? {} : { comment }) },
  }));
  const create: NitroItem = { type: 'policystringmap', body: { name: map, comment: systemMark(system, cluster) } };
  const send = async (withMap: boolean): Promise<{ made: ItemResult; results: ItemResult[] }> => {
    if (!withMap) return { made: undefined, results: await writer.add(items) };
    const [made, ...results] = await writer.add([create, ...items]);
    return { made, results };
  };
  let sent = await send(isNew);
  if (sent.results.some((result) => result?.kind === 'gone')) sent = await send(true);
  // Without the map every row fails: the cause is why the map could not be created.
  const cause = sent.made?.kind === 'exists' ? undefined : sent.made;
  return refusals(
    rows.map(({ key }) => key),
    sent.results.map((result) => (result?.kind === 'gone' ? (cause ?? result) : result)),
    'exists',
  );
}

/** Removes rows of one cluster's ledger. @returns the refused rows. */
export async function removeRows(
  writer: NitroWriter,
  { names }: PlanContext,
  cluster: string,
  keys: readonly string[],
): Promise<RefusedRows> {
  if (keys.length === 0) return new Map();
  const items = keys.map(
    (key): RemovalItem => ({
      type: 'policystringmap_pattern_binding',
      name: ['name', names.ledgerMap(cluster)],
      args: { key },
    }),
  );
  return refusals(keys, await writer.remove(items), 'gone');
}

/** @param settled the kind of error that says that the row is as wanted already. */
function refusals(
  keys: readonly string[],
  results: readonly ItemResult[],
  settled: NitroError['kind'],
): Map<string, NitroError> {
  return new Map(
    keys.flatMap((key, index) => {
      const result = results[index];
      return result === undefined || result.kind === settled ? [] : [[key, result] as const];
    }),
  );
}
