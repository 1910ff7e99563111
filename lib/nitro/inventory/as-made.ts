import type { NitroRow } from '../ports.ts';
import type { InventoryContext } from './rows.ts';

/** Rows that the appliance shows otherwise than they were made, as they would be made. */

/**
 * A group without `autoscale API`, because the build has none or somebody made it so, is as good as one with it: how
 * its members are written is decided for each group by what the appliance answers. It is not made again for that.
 */
export function asGroup(row: NitroRow, { drainSeconds }: InventoryContext): NitroRow {
  if (String(row.autoscale ?? 'DISABLED').toUpperCase() === 'API') return row;
  return {
    ...row,
    autoscale: 'API',
    autodisablegraceful: 'YES',
    ...(drainSeconds === undefined ? {} : { autodisabledelay: drainSeconds }),
  };
}

/**
 * A server shows by `curstate` that it was disabled; its `state` is documented, but rows of appliances are known without
 * it (V).
 */
export function asServer(row: NitroRow): NitroRow {
  const disabled = row.state === undefined && String(row.curstate).toUpperCase() === 'OUT OF SERVICE';
  return disabled ? { ...row, state: 'DISABLED' } : row;
}

/** Attributes of a monitor and their units. */
const UNITS = { deviation: 'units1', downtime: 'units2', interval: 'units3', resptimeout: 'units4' } as const;

/** A monitor's 60 seconds come back as one minute: whole seconds again. */
export function asMonitor(row: NitroRow): NitroRow {
  const changed: Record<string, unknown> = {};
  for (const [attribute, unit] of Object.entries(UNITS)) {
    if (String(row[unit] ?? '').toUpperCase() !== 'MIN' || row[attribute] === undefined) continue;
    changed[attribute] = Number(row[attribute]) * 60;
    changed[unit] = 'SEC';
  }
  return { ...row, ...changed };
}
