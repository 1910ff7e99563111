import { isIP } from 'node:net';

/** Where an address of the appliance's world lives on this machine. */
export interface SimulatedEndpoint {
  readonly host: string;
  readonly port: number;
}

export interface MemberAddress {
  readonly address: string;
  readonly port: number;
  readonly serviceGroup: string;
}

export type ResolveMember = (member: MemberAddress) => Promise<SimulatedEndpoint | undefined>;

/** `ip:port`, or `[v6]:port`: the key of a endpoint. */
export function endpointKey(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

const LOOPBACK = /^(127\.|::1$)/;

/** The map of the world: mapped places, loopback addresses as they are, and what `resolve` tells, remembered. */
export class EndpointMap {
  readonly #map: ReadonlyMap<string, SimulatedEndpoint>;
  readonly #resolve: ResolveMember | undefined;
  readonly #resolved = new Map<string, Promise<SimulatedEndpoint | undefined>>();
  readonly #known = new Map<string, SimulatedEndpoint>();

  constructor(map: ReadonlyMap<string, SimulatedEndpoint> | undefined, resolve: ResolveMember | undefined) {
    this.#map = map ?? new Map();
    this.#resolve = resolve;
  }

  mapped(key: string): SimulatedEndpoint | undefined {
    return this.#map.get(key);
  }

  /** The endpoint of a member as far as it is known without asking. */
  known(address: string, port: number): SimulatedEndpoint | undefined {
    const key = endpointKey(address, port);
    return this.#map.get(key) ?? this.#known.get(key) ?? (LOOPBACK.test(address) ? { host: address, port } : undefined);
  }

  /** Whether a member whose endpoint is not known can be pending for. */
  get canResolve(): boolean {
    return this.#resolve !== undefined;
  }

  async resolve(member: MemberAddress): Promise<SimulatedEndpoint | undefined> {
    const known = this.known(member.address, member.port);
    if (known !== undefined || this.#resolve === undefined) return known;
    const key = endpointKey(member.address, member.port);
    let pending = this.#resolved.get(key);
    if (pending === undefined) {
      pending = this.#resolve(member);
      this.#resolved.set(key, pending);
    }
    const endpoint = await pending.catch(() => undefined);
    if (endpoint === undefined) this.#resolved.delete(key);
    else this.#known.set(key, endpoint);
    return endpoint;
  }
}
