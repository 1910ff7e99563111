import type { Owner } from '../contract/index.ts';
import { backEndOf, hashesOf, type IngressRecord } from '../ledger/index.ts';
import { backEndName } from '../netscaler/index.ts';
import type { PlanContext } from '../plan/index.ts';
import { type BackEnd, backEndRef, canonical, type Passthrough } from '../route/index.ts';
import { type ClaimAt, claimsByOwner, ingressName, setWithoutRoutes } from './check-claims.ts';
import type { AuditFinding } from './findings.ts';
import { hasGroup, membersOf } from './compare-objects.ts';
import type { AuditState } from './state.ts';

/** The hash of the members that an Ingress's groups have, held against its record's (docs/protocol.md, definitions). */
export function checkMembers(state: AuditState, context: PlanContext): AuditFinding[] {
  return [...claimsByOwner(state)].flatMap(([key, own]) => {
    const owner = state.owners.get(key);
    const row = state.records.get(key);
    if (owner === undefined || row?.kind !== 'live' || state.unsettled.has(key)) return [];
    const backEnds = backEndsWithMembers(state, context, owner, row, own);
    if (backEnds === undefined || sameMembers(owner, row, own, backEnds)) return [];
    return [
      {
        code: 'MembersChanged' as const,
        object: ingressName(owner),
        is: backEnds.map(memberText).join(', '),
        should: 'those of its record',
        owners: [owner],
      },
    ];
  });
}

/** Undefined where a group is missing: that is a finding of its own. */
function backEndsWithMembers(
  state: AuditState,
  context: PlanContext,
  owner: Owner,
  row: IngressRecord,
  own: readonly ClaimAt[],
): BackEnd[] | undefined {
  const found = state.backEnds.get(row.key) ?? [];
  const groups = new Map(
    own.flatMap(({ claim }) => {
      const key = backEndOf(claim);
      return key === undefined ? [] : [[backEndRef(key), backEndName(context, { owner, key })] as const];
    }),
  );
  const known = [...groups.values()].every((name) => hasGroup(found, name));
  if (!known) return undefined;
  return setWithoutRoutes(owner, row, own).backEnds.map((backEnd) => ({
    ...backEnd,
    members: membersOf(found, groups.get(backEndRef(backEnd)) ?? ''),
  }));
}

function sameMembers(owner: Owner, row: IngressRecord, own: readonly ClaimAt[], backEnds: readonly BackEnd[]): boolean {
  // The canonical form keeps back ends that a route uses: each of these is.
  const routes = own.flatMap(({ claim: { target }, place: { frontEnd } }): Passthrough[] =>
    'securePort' in target ? [] : [{ kind: 'passthrough', frontEnd, host: '', backEnd: backEndRef(target) }],
  );
  const set = canonical({ ...setWithoutRoutes(owner, row, own), backEnds, routes });
  return hashesOf(set).members === row.hashes.members;
}

function memberText({ service, port, members }: BackEnd): string {
  return `${service}:${port} [${members.map((member) => `${member.address} ${member.port}`).join(', ')}]`;
}
