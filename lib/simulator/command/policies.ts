import { ApplianceError } from '../errors.ts';
import { maskedNetwork } from '../expression/addresses.ts';
import type { StoredRow } from '../store/store.ts';
import { warnFeature } from './checks.ts';
import type { Context, Hooks } from './context.ts';

const RESPONDER_TYPES = new Set([
  'HTTP',
  'SSL',
  'HTTP_QUIC',
  'TCP',
  'SSL_BRIDGE',
  'FTP',
  'DNS_TCP',
  'RTSP',
  'SSL_TCP',
  'ANY',
  'DIAMETER',
  'RADIUS',
  'MSSQL',
  'MYSQL',
  'ORACLE',
  'PROXY',
]);

export const responderaction: Hooks = {
  complete(row, context) {
    if (row.type === undefined) throw new ApplianceError(1095, 'type');
    const wanted = row.type === 'respondwithhtmlpage' ? 'htmlpage' : row.type === 'noop' ? undefined : 'target';
    if (wanted !== undefined && row[wanted] === undefined) throw new ApplianceError(1095, wanted);
    warnFeature(context, 'RESPONDER');
    return row;
  },
};

export const responderpolicy: Hooks = {
  complete(row, context) {
    warnFeature(context, 'RESPONDER');
    return row;
  },
};

/** Responder policies need a server that sees requests (3861). */
function responderBinding(kind: 'csvserver' | 'lbvserver'): Hooks {
  return {
    complete(row, context) {
      const vserver = context.store.object(kind, String(row.name));
      if (vserver !== undefined && !RESPONDER_TYPES.has(String(vserver.servicetype))) throw new ApplianceError(3861);
      return { bindpoint: 'REQUEST', gotopriorityexpression: 'END', ...row };
    },
  };
}

export const csvserverResponder: Hooks = responderBinding('csvserver');
export const lbvserverResponder: Hooks = responderBinding('lbvserver');

export const csvserverCspolicy: Hooks = {
  complete(row, context) {
    if (row.priority === undefined) throw new ApplianceError(695);
    warnFeature(context, 'CS');
    return { gotopriorityexpression: 'END', ...row };
  },
};

/** A server has one default: a new one replaces it. */
export const csvserverDefault: Hooks = {
  complete(row, context) {
    const name = String(row.name);
    for (const other of [...context.store.bindings('csvserver_lbvserver_binding', name)]) {
      if (other.lbvserver !== row.lbvserver) {
        context.store.removeBinding('csvserver_lbvserver_binding', name, String(other.lbvserver));
      }
    }
    return row;
  },
};

const MAX_PATTERNS = 50_000;

/** Checks an entry of a set, and gives one without an index the next free one. */
function indexed(kind: string, row: StoredRow, context: Context): StoredRow {
  const name = String(row.name);
  const count = context.store.bindingCount(kind, name);
  if (count >= MAX_PATTERNS) throw new ApplianceError(2900);
  if (row.index === undefined) return { ...row, index: nextIndex(kind, name, count, context) };
  for (const other of context.store.bindings(kind, name)) {
    if (other.index === row.index) throw new ApplianceError(2830);
  }
  return row;
}

export const patternBinding: Hooks = {
  complete: (row, context) => indexed('policypatset_pattern_binding', row, context),
};

const FAMILIES: Readonly<Record<string, 4 | 6>> = { ipv4: 4, ipv6: 6 };

/** Bindings of data sets: an address must be one of the type (2866); a network is masked, with a warning (2911). */
export const valueBinding: Hooks = {
  toStored(row, context) {
    const family = FAMILIES[String(context.store.object('policydataset', String(row.name))?.type)];
    if (family === undefined || row.value === undefined) return row;
    const value = maskedNetwork(String(row.value), family);
    if (value === undefined) throw new ApplianceError(2866);
    const end = row.endrange === undefined ? undefined : maskedNetwork(String(row.endrange), family);
    if (row.endrange !== undefined && (end === undefined || end.includes('/') || value.includes('/')))
      throw new ApplianceError(2910);
    return { ...row, value };
  },
  complete: (row, context) => indexed('policydataset_value_binding', row, context),
};

function nextIndex(kind: string, name: string, count: number, context: Context): number {
  let last: StoredRow | undefined;
  for (const row of context.store.bindings(kind, name)) last = row;
  return Math.max(count, Number(last?.index ?? 0)) + 1;
}
