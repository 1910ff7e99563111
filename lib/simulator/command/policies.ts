import { ApplianceError } from '../errors.ts';
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

/** Gives a pattern without an index the next free one. */
export const patternBinding: Hooks = {
  complete(row, context) {
    const name = String(row.name);
    const count = context.store.bindingCount('policypatset_pattern_binding', name);
    if (count >= MAX_PATTERNS) throw new ApplianceError(2900);
    if (row.index === undefined) return { ...row, index: nextIndex(name, count, context) };
    for (const other of context.store.bindings('policypatset_pattern_binding', name)) {
      if (other.index === row.index) throw new ApplianceError(2830);
    }
    return row;
  },
};

function nextIndex(name: string, count: number, context: Context): number {
  let last: StoredRow | undefined;
  for (const row of context.store.bindings('policypatset_pattern_binding', name)) last = row;
  return Math.max(count, Number(last?.index ?? 0)) + 1;
}
