import { isIP } from 'node:net';

/** Local address that stands for a simulated one. */
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

/** Returns the key of an address and port: `ip:port`, or `[v6]:port`. */
export function endpointKey(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

const LOOPBACK = /^(127\.|::1$)/;

/** Resolves simulated addresses to local ones: the configured map, then loopback as is, then `resolve` (cached). */
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

  /** Returns the local address of a member if it is known without calling `resolve`. */
  known(address: string, port: number): SimulatedEndpoint | undefined {
    const key = endpointKey(address, port);
    return this.#map.get(key) ?? this.#known.get(key) ?? (LOOPBACK.test(address) ? { host: address, port } : undefined);
  }

  /** Returns whether unknown members can be resolved. */
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
