import { type IngressState, type Member, type Owner, ownerKey } from '../contract/index.ts';
import type { RouteStatus } from '../status/index.ts';

/** Facts about Ingresses that an appliance knows and manifests do not contain. */
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

/** States of Ingresses made whole, and what nobody knows of them. */
export interface FilledStates {
  readonly states: readonly IngressState[];
  /** Owner's key and `service:port` of back ends whose members neither the manifests nor the appliance know. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Fills in what manifests leave out. A repository of manifests rarely has EndpointSlices, which the cluster makes, and
 * never has creation times: without them, a plan would empty every back end, and give hosts to whoever has no time.
 *
 * | manifests without | becomes |
 * |---|---|
 * | a creation time | the one that the appliance has; for a new Ingress, now |
 * | members of a Service | those that the appliance has; for a new back end, unknown |
 *
 * @param withMembers `namespace/service` of the Services whose EndpointSlices or nodes are among the manifests.
 * @param now seconds since the epoch.
 */
export function fillStates(
  states: readonly IngressState[],
  cluster: string,
  facts: KnownFacts,
  withMembers: ReadonlySet<string>,
  now: number,
): FilledStates {
  const unknown = new Set<string>();
  const filled = states.map((state) => {
    const owner: Owner = { cluster, namespace: state.namespace, name: state.name };
    const key = ownerKey(owner);
    const backends = state.backends.map((backend) => {
      const { service, port, members, problem } = backend;
      if (members.length > 0 || withMembers.has(`${state.namespace}/${service}`)) return backend;
      // A Service that is not among the manifests may well be in the cluster.
      if (problem !== undefined && problem !== 'ServiceNotFound') return backend;
      const known = facts.members.get(`${key} ${service}:${port}`);
      if (known === undefined) unknown.add(`${key} ${service}:${port}`);
      return { service, port, members: [...(known ?? [])] };
    });
    const created = state.created === 0 ? (facts.created.get(key) ?? now) : state.created;
    return { ...state, created, backends };
  });
  return { states: filled, unknown };
}
