import { type IngressState, type ResolvedBackend, sameJson, sameJsonBut } from '../contract/index.ts';
import { type Backend, backendRef, canonicalMembers, type Route, type RouteSet } from '../route/index.ts';
import { refKey } from './backend-ref.ts';
import type { FindingCode } from './catalogue/index.ts';
import { knownVips } from './frontend.ts';
import type { Interpretation, InterpretRules } from './interpret.ts';
import { admitMembers, type MemberRules } from './members.ts';

/** Findings that depend on members, or hide some that do. */
const ABOUT_MEMBERS: ReadonlySet<string> = new Set<FindingCode>([
  'MemberForbidden',
  'NoEndpoints',
  'ChallengeUnanswered',
  'FindingsOmitted',
]);

/**
 * Compares two states of an Ingress.
 *
 * @returns the back ends that have other members in the second; undefined where anything else differs.
 */
export function otherMembers(before: IngressState, after: IngressState): ResolvedBackend[] | undefined {
  const { backends: had } = before;
  const { backends: has } = after;
  if (had.length !== has.length || !sameJsonBut(before, after, 'backends')) return undefined;
  const changed: ResolvedBackend[] = [];
  for (const [index, backend] of has.entries()) {
    const former = had[index] as ResolvedBackend;
    if (!sameJsonBut(former, backend, 'members')) return undefined;
    if (!sameJson(former.members, backend.members)) changed.push(backend);
  }
  // Of two entries for one back end the last counts, which only a whole interpretation knows.
  return has.length === 1 || new Set(has.map(refKey)).size === has.length ? changed : undefined;
}

/**
 * Interprets an Ingress of which nothing but usable members changed, in a fraction of the time of `interpret`: the same routes
 * lead to other members, and the findings stay.
 *
 * @param changed as {@link otherMembers} returns them.
 * @returns undefined where members are, or were, left out or missing: the findings may change, too.
 */
export function withOtherMembers(
  { routes, findings }: Interpretation<Route>,
  changed: readonly ResolvedBackend[],
  rules: InterpretRules,
): RouteSet | undefined {
  if (findings.some(({ code }) => ABOUT_MEMBERS.has(code))) return undefined;
  const among = addressesBeside(vipOf(routes), rules);
  let { backends } = routes;
  for (const resolved of changed) {
    const key = refKey(resolved);
    const at = backends.findIndex((backend) => backendRef(backend) === key);
    const backend = backends[at];
    const members = usableMembers(resolved, among);
    // What nothing leads to may be reached with members: the solver of a challenge (VAL-19). A back end that its settings close
    // has no members, whatever the Service has.
    if (members === undefined || backend === undefined || backend.members.length === 0) return undefined;
    backends = backends.with(at, { ...backend, members });
  }
  return { ...routes, backends };
}

interface Beside extends MemberRules {
  readonly vip: string | undefined;
  readonly rules: InterpretRules;
}

/** What the last call asked for: nearly all Ingresses of an appliance have the same address. */
let last: Beside | undefined;

/** Returns the addresses that members of an Ingress with this address may have. */
function addressesBeside(vip: string | undefined, rules: InterpretRules): MemberRules {
  if (last === undefined || last.vip !== vip || last.rules !== rules) {
    last = { vip, rules, networks: rules.memberNetworks, frontends: knownVips(vip, rules) };
  }
  return last;
}

/** @returns undefined where some are left out, or none is left. */
function usableMembers(resolved: ResolvedBackend, among: MemberRules): Backend['members'] | undefined {
  if (resolved.problem !== undefined) return undefined;
  const { members, findings } = admitMembers(resolved.members, among, '', '');
  return findings.length > 0 || members.length === 0 ? undefined : canonicalMembers(members);
}

/** An Ingress has one address. */
const vipOf = ({ routes }: RouteSet<Route>): string | undefined => routes[0]?.frontend.vip;
