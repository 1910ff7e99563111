import { type BusEvent, hostPort } from '../../contract/index.ts';

/** Knows which Services a member belongs to, from the events of desired state. */
export class ServiceIndex {
  readonly #services = new Map<string, Set<string>>();

  learn({ detail: { data } }: BusEvent): void {
    const ingresses =
      'ingress' in data ? [data.ingress] : 'listed' in data && 'ingresses' in data ? data.ingresses : [];
    for (const ingress of ingresses) {
      for (const { service, members } of ingress.backends) {
        for (const { address, port } of members) this.#add(hostPort(address, port), `${ingress.namespace}/${service}`);
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
