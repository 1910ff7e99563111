import { encodeClaim, type LedgerRow } from '../../../../lib/ledger/index.ts';
import { namesOf } from '../../../../lib/netscaler/index.ts';
import { claimsOf, heldHost, type PlanContext } from '../../../../lib/plan/index.ts';
import { type Frontend, frontendKey, type RouteSet } from '../../../../lib/route/index.ts';
import { PLAN_CONTEXT } from '../../../support/plan-scope.ts';
import { type RoutesOptions, routesOf } from '../../plan/routes.ts';

export const CONTEXT: PlanContext = PLAN_CONTEXT;
export const TLS: Frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' };
export const HTTP: Frontend = { vip: '192.0.2.10', port: 80, kind: 'http' };

/** The row that says that a front end was made, with the secure ports of its redirects. */
export const marker = (kind: 'tls' | 'http', ...ports: number[]): LedgerRow => ({
  key: '!',
  value: [kind, ...ports].join(' '),
  comment: '',
});

/** The claims that these routes make on a front end. */
export const claimRows = (frontend: Frontend, ...sets: RoutesOptions[]): LedgerRow[] =>
  onFrontend(frontend, sets.map(routesOf)).map(({ claim }) => encodeClaim(claim));

/** The host rows that lead to the back ends of these routes. */
export const hostRows = (frontend: Frontend, ...sets: RoutesOptions[]): LedgerRow[] =>
  onFrontend(frontend, sets.map(routesOf)).map(({ claim, host = '' }) => {
    const { attributes } = heldHost(namesOf('nsp'), 'map', host, claim);
    return { key: host, value: String(attributes.value), comment: String(attributes.comment) };
  });

const onFrontend = (frontend: Frontend, sets: readonly RouteSet[]) =>
  sets.flatMap(claimsOf).filter(({ claim }) => claim.frontend === frontendKey(frontend));
