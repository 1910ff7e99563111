import { serverDefaults } from './defaults-servers.ts';
import { systemDefaults } from './defaults-system.ts';

/** Values that the appliance shows for attributes that were never set. */
export const defaults: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  ...serverDefaults,
  ...systemDefaults,
};

/**
 * Returns the idle time-out in seconds: 180 for HTTP and SSL, 9000 for other types on TCP. Source: the CLI reference.
 */
export function clientTimeout(type: unknown): number {
  return /^(HTTP|SSL|SSL_BRIDGE|DNS_TCP|RTSP|FTP)$/.test(String(type)) && type !== 'SSL_BRIDGE' ? 180 : 9000;
}

/**
 * Returns the idle time-out towards members in seconds: 360 is in the row of a group of type HTTP, the rest is from
 * memory (V).
 */
export function serverTimeout(type: unknown): number {
  return /^(HTTP|SSL)$/.test(String(type)) ? 360 : 9000;
}

const anywhere = new Set(['port', 'status', 'lbrrreason', 'thresholdvalue', 'version', 'vsvrbindsvcport']);
const byKind: Readonly<Record<string, ReadonlySet<string>>> = {
  csvserver: new Set(['timeout']),
  lbvserver: new Set(['timeout']),
  servicegroup: new Set([
    'clttimeout',
    'svrtimeout',
    'delay',
    'numofconnections',
    'monstatcode',
    'monstatparam1',
    'monstatparam2',
    'monstatparam3',
  ]),
  service: new Set(['clttimeout', 'svrtimeout', 'delay', 'numofconnections']),
  lbmonitor: new Set([
    'interval',
    'resptimeout',
    'retries',
    'downtime',
    'destport',
    'failureretries',
    'successretries',
  ]),
  sslvserver: new Set(['cleartextport']),
  sslcertkey: new Set(['daystoexpiration', 'publickeysize']),
};

/**
 * Returns whether answers carry a number as a JSON number; other numbers are strings. Source: rows of an lbvserver and
 * a group; other types follow these, or are from memory (V).
 */
export function isShownAsNumber(kind: string, attribute: string): boolean {
  return anywhere.has(attribute) || (byKind[kind]?.has(attribute) ?? false);
}
