import type { ResourceRole, ResourceType } from '../../netscaler/index.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { rowsIfAllowed } from '../rows-if-allowed.ts';
import { patternsOf } from './rows.ts';

/** A data set of a back end, or an entry of one. */
interface FoundSource {
  readonly role: ResourceRole;
  readonly type: ResourceType;
  readonly row: NitroRow;
  /** Name of the data set. */
  readonly set: string;
}

/**
 * Reads the data sets with the networks that may connect, and their entries.
 *
 * @param filter PCREs that the attributes of the sets must match.
 * @param large the filter may find many.
 * @returns none where the appliance refuses the read: our user of an earlier version may not read data sets, and so may not
 *   have made any.
 */
export async function readSources(
  reader: NitroReader,
  filter: Readonly<Record<string, string>>,
  large: boolean,
): Promise<FoundSource[]> {
  const sets = await rowsIfAllowed(reader, 'policydataset', { filter, large });
  const entries: NitroRow[] = [];
  for (const name of patternsOf(sets.map((row) => String(row.name)))) {
    entries.push(...(await reader.rows('policydataset_value_binding', { filter: { name }, large })));
  }
  return [
    ...sets.map((row) => ({ role: 'source-set', type: 'policydataset', row, set: String(row.name) }) as const),
    ...entries.map(({ name, value }) => {
      const row = { name, value };
      return { role: 'source', type: 'policydataset_value_binding', row, set: String(name) } as const;
    }),
  ];
}
