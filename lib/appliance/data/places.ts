import { isIP } from 'node:net';

/** Where an address of the appliance's world lives on this machine. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface MemberAddress {
  readonly address: string;
  readonly port: number;
  readonly serviceGroup: string;
}

export type ResolveMember = (member: MemberAddress) => Promise<Place | undefined>;

/** `ip:port`, or `[v6]:port`: the key of a place. */
export function placeKey(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

const LOOPBACK = /^(127\.|::1$)/;

/** The map of the world: given places, loopback addresses as they are, and what `resolve` tells, remembered. */
export class Places {
  readonly #map: ReadonlyMap<string, Place>;
  readonly #resolve: ResolveMember | undefined;
  readonly #resolved = new Map<string, Promise<Place | undefined>>();
  readonly #known = new Map<string, Place>();

  constructor(map: ReadonlyMap<string, Place> | undefined, resolve: ResolveMember | undefined) {
    this.#map = map ?? new Map();
    this.#resolve = resolve;
  }

  given(key: string): Place | undefined {
    return this.#map.get(key);
  }

  /** The place of a member as far as it is known without asking. */
  known(address: string, port: number): Place | undefined {
    const key = placeKey(address, port);
    return this.#map.get(key) ?? this.#known.get(key) ?? (LOOPBACK.test(address) ? { host: address, port } : undefined);
  }

  /** Whether a member whose place is not known can be asked for. */
  get canAsk(): boolean {
    return this.#resolve !== undefined;
  }

  async find(member: MemberAddress): Promise<Place | undefined> {
    const known = this.known(member.address, member.port);
    if (known !== undefined || this.#resolve === undefined) return known;
    const key = placeKey(member.address, member.port);
    let asked = this.#resolved.get(key);
    if (asked === undefined) {
      asked = this.#resolve(member);
      this.#resolved.set(key, asked);
    }
    const place = await asked.catch(() => undefined);
    if (place === undefined) this.#resolved.delete(key);
    else this.#known.set(key, place);
    return place;
  }
}
