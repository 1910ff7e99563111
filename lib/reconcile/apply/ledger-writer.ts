import type { LedgerRow } from '../../ledger/index.ts';
import { systemMark } from '../../netscaler/index.ts';
import type { ItemResult, NitroError, NitroItem, NitroWriter } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';

/** Rows that the appliance did not take, by key, with its answer. */
export type RefusedRows = ReadonlyMap<string, NitroError>;

/**
 * Writes rows of one cluster's ledger; makes its map when the cluster is new to the appliance.
 *
 * @returns the rows that were refused. Whose affair each is, the caller decides (protocol rule 9).
 */
export async function writeRows(
  writer: NitroWriter,
  { system, names }: PlanContext,
  cluster: string,
  rows: readonly LedgerRow[],
  isNew: boolean,
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
  // Where the map could not be made, that is why its rows are not there.
  const cause = sent.made?.kind === 'exists' ? undefined : sent.made;
  return refusals(
    rows.map(({ key }) => key),
    sent.results.map((result) => (result?.kind === 'gone' ? (cause ?? result) : result)),
    'exists',
  );
}

/** @returns the rows that the appliance would not remove. */
export async function removeRows(
  writer: NitroWriter,
  { names }: PlanContext,
  cluster: string,
  keys: readonly string[],
): Promise<RefusedRows> {
  const results = await writer.remove(
    keys.map((key) => ({
      type: 'policystringmap_pattern_binding',
      name: ['name', names.ledgerMap(cluster)] as const,
      args: { key },
    })),
  );
  return refusals(keys, results, 'gone');
}

/** @param fine the kind of error that says that it is so already. */
function refusals(
  keys: readonly string[],
  results: readonly ItemResult[],
  fine: NitroError['kind'],
): Map<string, NitroError> {
  const refused = new Map<string, NitroError>();
  for (const [index, key] of keys.entries()) {
    const result = results[index];
    if (result !== undefined && result.kind !== fine) refused.set(key, result);
  }
  return refused;
}
