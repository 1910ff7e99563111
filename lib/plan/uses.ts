import { backendOf, type Claim } from '../ledger/index.ts';
import type { BackendUse, Names } from '../netscaler/index.ts';
import {
  backendKey,
  backendRef,
  backendText,
  type Frontend,
  frontendKey,
  type HostForm,
  type HostRoute,
  hostForm,
  type RouteSet,
} from '../route/index.ts';

/**
 * Returns the back ends that claims name. Their members are unknown; so are their settings, unless the back end is still
 * wanted: other settings would make another back end.
 */
export function usesOfClaims(frontend: Frontend, claims: readonly Claim[], wanted: RouteSet | undefined): BackendUse[] {
  const settings = new Map(
    wanted?.backends.map((backend) => [backendText(backendKey(backend, frontend)), backend.settings]),
  );
  const uses = new Map<string, BackendUse>();
  for (const claim of claims) {
    const key = backendOf(claim);
    if (key === undefined) continue;
    const text = backendText(key);
    const before = uses.get(text);
    uses.set(text, {
      owner: claim.owner,
      key,
      settings: settings.get(text) ?? {},
      members: [],
      frontend,
      forms: formsOn(frontend, [...(before?.forms ?? []), claim.form]),
    });
  }
  return [...uses.values()];
}

/** Returns the forms of host for which a back end has policies: none where rows alone lead to it, as a challenge's does. */
const formsOn = ({ kind }: Frontend, forms: readonly HostForm[]): ReadonlySet<HostForm> =>
  new Set(kind === 'tls' ? forms : []);

/** Back ends of the sets of routes that exist: reading and planning ask for those of each set, and sets never change. */
const USES = new WeakMap<RouteSet, readonly BackendUse[]>();

/** Returns the back ends that a set of routes needs: one for each front end whose map names it. */
export function usesOf(set: RouteSet): readonly BackendUse[] {
  const known = USES.get(set);
  if (known !== undefined) return known;
  const uses = makeUses(set);
  USES.set(set, uses);
  return uses;
}

function makeUses(set: RouteSet): BackendUse[] {
  return set.backends.flatMap((backend) => {
    const routes = set.routes.flatMap((route) =>
      'backend' in route && route.backend === backendRef(backend) ? [route] : [],
    );
    const byFrontend =
      routes.length === 1 ? [routes] : Map.groupBy(routes, ({ frontend }) => frontendKey(frontend)).values();
    return Array.from(byFrontend, (own): BackendUse => {
      const { frontend } = own[0] as HostRoute;
      return {
        owner: set.owner,
        key: backendKey(backend, frontend),
        settings: backend.settings,
        members: backend.members,
        frontend,
        forms: formsOn(
          frontend,
          own.map(({ host }) => hostForm(host)),
        ),
      };
    });
  });
}

/** Returns the names of the back ends that a set of routes needs. */
export function backendNames(context: { readonly names: Names }, set: RouteSet | undefined): Set<string> {
  return new Set((set === undefined ? [] : usesOf(set)).map(({ owner, key }) => context.names.backend(owner, key)));
}
