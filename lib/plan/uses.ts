import { backEndOf, type Claim } from '../ledger/index.ts';
import type { BackEndUse, Names } from '../netscaler/index.ts';
import { backEndKey, backEndRef, backEndText, type FrontEnd, type RouteSet } from '../route/index.ts';

/**
 * The back ends that claims speak of. Their members are unknown; their settings, too, unless they are wanted still:
 * other settings would be another back end.
 */
export function usesOfClaims(frontEnd: FrontEnd, claims: readonly Claim[], wanted: RouteSet | undefined): BackEndUse[] {
  const settings = new Map(
    wanted?.backEnds.map((backEnd) => [backEndText(backEndKey(backEnd, frontEnd)), backEnd.settings]),
  );
  const uses = new Map<string, BackEndUse>();
  for (const claim of claims) {
    const key = backEndOf(claim);
    if (key === undefined) continue;
    const text = backEndText(key);
    const before = uses.get(text);
    uses.set(text, {
      owner: claim.owner,
      key,
      settings: settings.get(text) ?? {},
      members: [],
      frontEnd,
      exact: !claim.wildcard || before?.exact === true,
      wildcard: claim.wildcard || before?.wildcard === true,
    });
  }
  return [...uses.values()];
}

/** The back ends that a set of routes needs. */
export function usesOf(set: RouteSet): BackEndUse[] {
  return set.backEnds.flatMap((backEnd) => {
    const routes = set.routes.filter((route) => route.kind === 'passthrough' && route.backEnd === backEndRef(backEnd));
    const [first] = routes;
    if (first === undefined) return [];
    return [
      {
        owner: set.owner,
        key: backEndKey(backEnd, first.frontEnd),
        settings: backEnd.settings,
        members: backEnd.members,
        frontEnd: first.frontEnd,
        exact: routes.some((route) => !route.host.startsWith('*.')),
        wildcard: routes.some((route) => route.host.startsWith('*.')),
      },
    ];
  });
}

/** Names of the objects of the back ends that a set of routes needs. */
export function backEndNames(context: { readonly names: Names }, set: RouteSet | undefined): Set<string> {
  return new Set((set === undefined ? [] : usesOf(set)).map(({ owner, key }) => context.names.backEnd(owner, key)));
}
