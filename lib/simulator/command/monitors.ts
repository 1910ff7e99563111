import { ApplianceError } from '../errors.ts';
import type { Hooks } from './context.ts';

/** Monitors that every appliance has and that cannot be removed. All but `tcp-default` are from memory (V). */
export const BUILT_IN_MONITORS: readonly { readonly monitorname: string; readonly type: string }[] = [
  { monitorname: 'ping-default', type: 'PING' },
  { monitorname: 'tcp-default', type: 'TCP' },
  { monitorname: 'ping', type: 'PING' },
  { monitorname: 'tcp', type: 'TCP' },
  { monitorname: 'http', type: 'HTTP' },
  { monitorname: 'tcp-ecv', type: 'TCP-ECV' },
  { monitorname: 'http-ecv', type: 'HTTP-ECV' },
  { monitorname: 'udp-ecv', type: 'UDP-ECV' },
  { monitorname: 'dns', type: 'DNS' },
  { monitorname: 'https', type: 'HTTP' },
  { monitorname: 'tcps', type: 'TCP' },
];

const builtIn = new Set(BUILT_IN_MONITORS.map((monitor) => monitor.monitorname));

/** Converts a time to seconds, to compare times in different units. */
const seconds = (value: unknown, units: unknown): number =>
  units === 'MIN' ? Number(value) * 60 : units === 'MSEC' ? Number(value) / 1000 : Number(value);

export const lbmonitor: Hooks = {
  complete(row) {
    if (row.type === undefined) throw new ApplianceError(1095, 'type');
    if (row.interval !== undefined && row.resptimeout !== undefined) {
      if (seconds(row.resptimeout, row.units4) >= seconds(row.interval, row.units3)) throw new ApplianceError(2128);
    }
    return row;
  },
  changed(before, after) {
    if (before.type !== after.type) throw new ApplianceError(2155);
    return after;
  },
  removing(row) {
    if (builtIn.has(String(row.monitorname))) throw new ApplianceError(2132);
  },
};
