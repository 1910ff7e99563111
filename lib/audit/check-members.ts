import type { Owner } from '../contract/index.ts';
import { backendOf, hashesOf, type IngressRecord } from '../ledger/index.ts';
import { backendName, membersText } from '../netscaler/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { type Backend, backendRef, canonical, type Passthrough } from '../route/index.ts';
import { type ClaimAt, claimsByOwner, ingressName, setWithoutRoutes } from './check-claims.ts';
import { hasGroup, membersOf } from './compare-objects.ts';
import type { AuditFinding } from './findings.ts';
import type { AuditState } from './state.ts';

/** Compares the hash of the members that an Ingress's groups have with its record (docs/protocol.md, definitions). */
export function checkMembers(state: AuditState, context: PlanContext): AuditFinding[] {
  return [...claimsByOwner(state)].flatMap(([key, own]) => {
    const owner = state.owners.get(key);
    const row = state.records.get(key);
    if (owner === undefined || row?.kind !== 'live' || state.unsettled.has(key)) return [];
    const backends = backendsWithMembers(state, context, owner, row, own);
    if (backends === undefined || sameMembers(owner, row, own, backends)) return [];
    return [
      {
        code: 'MembersChanged' as const,
        object: ingressName(owner),
        is: backends.map(memberText).join(', '),
        should: 'those of its record',
        owners: [owner],
      },
    ];
  });
}

/** Returns the back ends that claims name, with the members of their groups; undefined when a group is missing. */
function backendsWithMembers(
  state: AuditState,
  context: PlanContext,
  owner: Owner,
  row: IngressRecord,
  own: readonly ClaimAt[],
): Backend[] | undefined {
  const found = state.backends.get(row.key) ?? [];
  const groups = new Map(
    own.flatMap(({ claim }) => {
      const key = backendOf(claim);
      return key === undefined ? [] : [[backendRef(key), backendName(context, { owner, key })] as const];
    }),
  );
  const known = [...groups.values()].every((name) => hasGroup(found, name));
  if (!known) return undefined;
  return setWithoutRoutes(owner, row, own).backends.map((backend) => ({
    ...backend,
    members: membersOf(found, groups.get(backendRef(backend)) ?? ''),
  }));
}

function sameMembers(owner: Owner, row: IngressRecord, own: readonly ClaimAt[], backends: readonly Backend[]): boolean {
  // The canonical form drops back ends without a route: each of these has one.
  const routes = own.flatMap(({ claim: { target }, at: { frontend } }): Passthrough[] =>
    'service' in target ? [{ kind: 'passthrough', frontend, host: '', backend: backendRef(target) }] : [],
  );
  const set = canonical({ ...setWithoutRoutes(owner, row, own), backends, routes });
  return hashesOf(set).members === row.hashes.members;
}

function memberText({ service, port, members }: Backend): string {
  return `${service}:${port} [${members.map((member) => membersText([member])).join(', ')}]`;
}
