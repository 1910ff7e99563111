import {
  type IngressState,
  isGateway,
  isTlsRoute,
  kindOfState,
  type Member,
  ownerKey,
  ownerOf,
  type SourceState,
  type TlsRouteState,
} from '../contract/index.ts';
import { tlsRouteBackendName } from '../gateway/index.ts';
import type { RouteStatus } from '../status/index.ts';

/** Facts about Ingresses and TLSRoutes that an appliance knows and manifests do not contain. */
export interface KnownFacts {
  /** Owner's key → creation time in seconds since the epoch. */
  readonly created: ReadonlyMap<string, number>;
  /** Owner's key and `service:port` → members. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
}

/** Collects what an appliance knows. */
export function knownFacts(routes: readonly RouteStatus[]): KnownFacts {
  const claims = routes.flatMap(({ holder, standby }) => [...(holder === undefined ? [] : [holder]), ...standby]);
  return {
    created: new Map(claims.map(({ owner, created }) => [ownerKey(owner), created])),
    members: new Map(
      routes.flatMap(({ holder, members }) =>
        holder?.backend === undefined
          ? []
          : [
              [
                `${ownerKey(holder.owner)} ${holder.backend}`,
                members.map(({ address, port }) => ({ address, port })),
              ] as const,
            ],
      ),
    ),
  };
}

/** States made whole, and what nobody knows of them. */
export interface FilledStates {
  readonly states: readonly SourceState[];
  /** Owner's key and `service:port` of back ends whose members neither the manifests nor the appliance know. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Fills in what manifests leave out. A repository of manifests rarely has EndpointSlices, which the cluster makes, and
 * never has creation times: without them, a plan would empty every back end, and give hosts to whoever has no time.
 *
 * | manifests without | becomes |
 * |---|---|
 * | a creation time | the one that the appliance has; for a new Ingress or TLSRoute, now |
 * | members of a Service | those that the appliance has; for a new back end, unknown |
 * | members of one of several Services of a TLSRoute | unknown: the appliance has one back end for all |
 *
 * @param withMembers `namespace/service` of the Services whose EndpointSlices or nodes are among the manifests.
 * @param now seconds since the epoch.
 */
export function fillStates(
  states: readonly SourceState[],
  cluster: string,
  facts: KnownFacts,
  withMembers: ReadonlySet<string>,
  now: number,
): FilledStates {
  const unknown = new Set<string>();
  const filled = states.map((state): SourceState => {
    const key = ownerKey(ownerOf(kindOfState(state), cluster, state));
    const created = state.created === 0 ? (facts.created.get(key) ?? now) : state.created;
    const membersOf = (backend: string): readonly Member[] => {
      const known = facts.members.get(`${key} ${backend}`);
      if (known === undefined) unknown.add(`${key} ${backend}`);
      return known ?? [];
    };
    if (isGateway(state)) return { ...state, created };
    const whole = isTlsRoute(state)
      ? filledRoute(state, withMembers, membersOf)
      : filledIngress(state, withMembers, membersOf);
    return { ...whole, created };
  });
  return { states: filled, unknown };
}

/** Returns the members of a back end that the appliance has, by `service:port`. */
type MembersOf = (backend: string) => readonly Member[];

function filledIngress(state: IngressState, withMembers: ReadonlySet<string>, membersOf: MembersOf): IngressState {
  const backends = state.backends.map((backend) => {
    const { service, port, members, problem } = backend;
    if (members.length > 0 || withMembers.has(`${state.namespace}/${service}`)) return backend;
    // A Service that is not among the manifests may well be in the cluster.
    if (problem !== undefined && problem !== 'ServiceNotFound') return backend;
    return { service, port, members: [...membersOf(`${service}:${port}`)] };
  });
  return { ...state, backends };
}

function filledRoute(state: TlsRouteState, withMembers: ReadonlySet<string>, membersOf: MembersOf): TlsRouteState {
  const shares = state.rules.flatMap(({ backends }) => backends).filter(({ weight }) => weight > 0);
  const rules = state.rules.map(({ backends }) => ({
    backends: backends.map((backend) => {
      const { namespace, service, members, problem, ...rest } = backend;
      if (members.length > 0 || withMembers.has(`${namespace}/${service}`)) return backend;
      // As for an Ingress: the Service may be in the cluster.
      if (problem !== undefined && problem !== 'BackendNotFound') return backend;
      const known = membersOf(tlsRouteBackendName(state));
      return { namespace, service, ...rest, members: shares.length > 1 ? [] : [...known] };
    }),
  }));
  return { ...state, rules };
}
