import type { NitroRow } from '../ports.ts';
import type { InventoryContext } from './rows.ts';

/** Converts rows that the appliance shows otherwise than they were created. */

/**
 * Shows a group without `autoscale API` like one with it, so that it is not replaced: the build may lack it, or somebody
 * created the group by hand. The appliance's answers decide how each group's members are written.
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
 * Derives `state` of a disabled server from `curstate`: `state` is documented, but rows of some appliances lack it (V).
 */
export function asServer(row: NitroRow): NitroRow {
  const disabled = row.state === undefined && String(row.curstate).toUpperCase() === 'OUT OF SERVICE';
  return disabled ? { ...row, state: 'DISABLED' } : row;
}

/** Attributes of a monitor with the attributes of their units. */
const UNITS = { deviation: 'units1', downtime: 'units2', interval: 'units3', resptimeout: 'units4' } as const;

/** Converts a monitor's minutes to seconds: the appliance shows 60 seconds as one minute. */
export function asMonitor(row: NitroRow): NitroRow {
  const changed: Record<string, unknown> = {};
  for (const [attribute, unit] of Object.entries(UNITS)) {
    if (String(row[unit] ?? '').toUpperCase() !== 'MIN' || row[attribute] === undefined) continue;
    changed[attribute] = Number(row[attribute]) * 60;
    changed[unit] = 'SEC';
  }
  return { ...row, ...changed };
}
