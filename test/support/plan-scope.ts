import { ownerKey } from '../../lib/contract/index.ts';
import { encodeClaim, hashesOf, type LedgerRow } from '../../lib/ledger/index.ts';
import { namesOf, policyBindings, type Resource } from '../../lib/netscaler/index.ts';
import {
  claimsOf,
  type FrontendInScope,
  heldHost,
  type OwnerInScope,
  type PlanContext,
  type PlanScope,
  usesOf,
} from '../../lib/plan/index.ts';
import { canonical, type Frontend, frontendKey, type RouteSet } from '../../lib/route/index.ts';

/** Scopes of any size, for what must grow with it and no faster. */

export const PLAN_CONTEXT: PlanContext = { system: 'nsp', names: namesOf('nsp'), drainSeconds: 300, now: 1000 };

/** One Ingress with a host and a redirect, on the address of this number. */
function routesAt(owner: number, address: number, service: string): RouteSet {
  const vip = `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`;
  const host = `h${owner}.example.com`;
  return canonical({
    owner: { cluster: 'c1', namespace: 'n', name: `i${owner}` },
    created: 100 + owner,
    backends: [{ service, port: '443', members: [{ address: '10.0.0.1', port: 8443 }], settings: {} }],
    routes: [
      { kind: 'passthrough', frontend: { vip, port: 443, kind: 'tls' }, host, backend: `${service}:443` },
      { kind: 'redirect', frontend: { vip, port: 80, kind: 'http' }, host, securePort: 443 },
    ],
    frontendSettings: { clttimeout: 100 },
  });
}

/**
 * Owners that are there, by the ledger, each to move to another Service.
 *
 * @param places number of addresses that they share evenly.
 */
export function movingScope(count: number, places: number): PlanScope {
  const frontends = new Map<string, { frontend: Frontend; rows: LedgerRow[]; bindings: Resource[] }>();
  const owners = Array.from({ length: count }, (_, each): OwnerInScope => {
    const before = routesAt(each, each % places, 'old');
    const wanted = routesAt(each, each % places, 'new');
    const key = ownerKey(before.owner);
    for (const { claim, host = '' } of claimsOf(before)) {
      const frontend = before.routes.map((route) => route.frontend).find((at) => frontendKey(at) === claim.frontend);
      if (frontend === undefined) throw new TypeError(`no front end ${claim.frontend}`);
      const place = frontends.get(claim.frontend) ?? { frontend, rows: [], bindings: [] };
      frontends.set(claim.frontend, place);
      const { attributes } = heldHost(namesOf('nsp'), 'map', host, claim);
      place.rows.push(encodeClaim(claim), {
        key: host,
        value: String(attributes.value),
        comment: String(attributes.comment),
      });
      if (frontend.kind === 'http') continue;
      for (const binding of usesOf(before).flatMap((use) => policyBindings(PLAN_CONTEXT, use))) {
        place.bindings.push({ ...binding, attributes: { ...binding.attributes, priority: place.bindings.length + 2 } });
      }
    }
    const row = {
      key,
      namespace: 'n',
      name: before.owner.name,
      sequence: 1,
      kind: 'live' as const,
      state: 'applied' as const,
      hashes: hashesOf(before),
      created: before.created,
      routes: before.routes.length,
    };
    return { key, owner: before.owner, wanted, row, found: undefined, retiring: [], members: 'unknown' };
  });
  return {
    system: undefined,
    owners,
    frontends: [...frontends.values()].map(({ frontend, rows, bindings }, index): FrontendInScope => {
      // The bindings of every other address were not read.
      const read = frontend.kind === 'tls' && index % 4 < 2;
      return {
        frontend,
        rows: [...rows, { key: '!', value: frontend.kind === 'tls' ? 'tls' : 'http 443', comment: '' }],
        otherClaims: 0,
        unusedPorts: [],
        manyLabelsUnused: false,
        listenerUnused: false,
        challengesUnused: false,
        found: undefined,
        bindings: read ? bindings : undefined,
      };
    }),
  };
}
