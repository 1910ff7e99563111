import { EVERYTHING, type IngressState, ownerKey } from '../../../lib/contract/index.ts';
import type {
  Decision,
  Hashes,
  IngressRecord,
  Ledger,
  Single,
  Snapshot,
  Watermark,
} from '../../../lib/ledger/index.ts';
import { hashesOf } from '../../../lib/ledger/index.ts';
import type { Task } from '../../../lib/reconcile/decide/task.ts';
import type { Frontend, RouteSet } from '../../../lib/route/index.ts';
import { EMPTY_LEDGER } from '../../support/empty-ledger.ts';
import { type RoutesOptions, routesOf } from '../plan/routes.ts';

export const OWNER = { cluster: 'c1', namespace: 'n', name: 'a' };
export const KEY = ownerKey(OWNER);
export const NOTHING: Hashes = { frontend: '', routes: '', members: '' };
const TLS: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
/** Front ends of a record: the usual one, that with a redirect, and another. */
export const FRONTENDS: readonly Frontend[] = [TLS];
export const WITH_REDIRECT: readonly Frontend[] = [TLS, { ...TLS, port: 80, kind: 'http' }];
export const OTHER_FRONTENDS: readonly Frontend[] = [{ ...TLS, vip: '192.0.2.11' }];

/** A record of `OWNER`; of these routes where they are given. */
export function row(more: Partial<IngressRecord> = {}, routes?: RouteSet): IngressRecord {
  return {
    key: KEY,
    namespace: OWNER.namespace,
    name: OWNER.name,
    sequence: 10,
    kind: 'live',
    state: 'applied',
    hashes: routes === undefined ? NOTHING : hashesOf(routes),
    created: routes?.created ?? 0,
    routes: routes?.routes.length ?? 0,
    ...more,
  };
}

export const ledger = (rows: readonly IngressRecord[] = [], watermarks: readonly Watermark[] = []): Ledger => ({
  ...EMPTY_LEDGER,
  ingresses: new Map(rows.map((each) => [each.key, each])),
  watermarks,
});

export const single = (sequence: number, state?: IngressState): Single<IngressState> => ({
  kind: 'single',
  owner: OWNER,
  sequence,
  state,
  verify: false,
});

export const snapshot = (sequence: number, more: Partial<Snapshot<IngressState>> = {}): Snapshot<IngressState> => ({
  kind: 'snapshot',
  cluster: OWNER.cluster,
  ...EVERYTHING,
  sequence,
  flagged: false,
  verify: false,
  exempt: false,
  present: new Map(),
  listed: new Set(),
  ...more,
});

export function decision(more: Partial<Decision<IngressState>> = {}): Decision<IngressState> {
  const by = more.by ?? single(20, more.state);
  return {
    key: KEY,
    owner: OWNER,
    sequence: by.sequence,
    state: undefined,
    row: undefined,
    by,
    verify: false,
    ...more,
  };
}

/** A task that wants these routes, or nothing. */
export function task(wanted: RoutesOptions | undefined, more: Partial<Decision<IngressState>> = {}): Task {
  const routes = wanted === undefined ? undefined : routesOf(wanted);
  return {
    decision: decision(more),
    wanted: routes,
    hashes: routes === undefined ? NOTHING : hashesOf(routes),
    findings: [],
    action: 'plan',
  };
}
