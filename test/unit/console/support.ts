import { type ConsoleReading, ownerText } from '../../../lib/console/reading.ts';
import { type Owner, ownerKey } from '../../../lib/contract/index.ts';
import type { IngressRecord } from '../../../lib/ledger/index.ts';
import type { ClaimStatus, RouteStatus } from '../../../lib/status/index.ts';

export const owner = (name: string, namespace = 'default', cluster = 'east'): Owner => ({ cluster, namespace, name });

export const claim = (of: Owner, more: Partial<ClaimStatus> = {}): ClaimStatus => ({
  owner: of,
  created: 1000,
  backend: 'web:443',
  applied: 10,
  pending: false,
  findings: false,
  ...more,
});

/** A host that a member serves. */
export const route = (host: string, holder: ClaimStatus | undefined, more: Partial<RouteStatus> = {}): RouteStatus => ({
  host,
  frontend: { vip: '192.0.2.10', port: 443, kind: 'tls' },
  state: 'serving',
  holder,
  standby: [],
  members: [{ address: '10.1.0.1', port: 8443, state: 'UP' }],
  securePort: undefined,
  traffic: undefined,
  refused: undefined,
  object: 'nsp-default-web',
  ...more,
});

export const record = (of: Owner, more: Partial<IngressRecord> = {}): IngressRecord => ({
  key: ownerKey(of),
  namespace: of.namespace,
  name: of.name,
  sequence: 10,
  kind: 'live',
  state: 'applied',
  hashes: { frontend: 'f', routes: 'r', members: 'm' },
  created: 1000,
  routes: 1,
  ...more,
});

export const reading = (
  routes: readonly RouteStatus[],
  records: readonly (readonly [Owner, IngressRecord])[] = [],
  more: Partial<ConsoleReading> = {},
): ConsoleReading => ({
  at: 5000,
  routes,
  records: new Map(records.map(([of, row]) => [ownerText(of), { owner: of, record: row }])),
  clusters: ['east'],
  connections: undefined,
  ...more,
});
