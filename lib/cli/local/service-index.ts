import { type BusEvent, backendsOf, hostPort, type SourceState } from '../../contract/index.ts';

/** Returns the states that an event carries. */
function statesIn(data: BusEvent['detail']['data']): readonly SourceState[] {
  if ('ingress' in data) return [data.ingress];
  if ('tlsRoute' in data) return [data.tlsRoute];
  // A Gateway has no member.
  if (!('flagged' in data)) return [];
  return 'ingresses' in data ? data.ingresses : data.tlsRoutes;
}

/** Knows which Services a member belongs to, from the events of desired state. */
export class ServiceIndex {
  readonly #services = new Map<string, Set<string>>();

  learn({ detail: { data } }: BusEvent): void {
    for (const state of statesIn(data)) {
      for (const { namespace = state.namespace, service, members } of backendsOf(state)) {
        for (const { address, port } of members) this.#add(hostPort(address, port), `${namespace}/${service}`);
      }
    }
  }

  /** Returns `namespace/name` of each Service of a member, sorted. */
  servicesOf(address: string): string[] {
    return [...(this.#services.get(address) ?? [])].sort();
  }

  #add(address: string, service: string): void {
    this.#services.set(address, (this.#services.get(address) ?? new Set()).add(service));
  }
}
