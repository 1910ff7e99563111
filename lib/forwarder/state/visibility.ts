import { backendsOf, objectOf, type SourceState } from '../../contract/index.ts';
import type { Log } from '../../telemetry/index.ts';
import { refOf } from './ingress-ref.ts';

/** What changed with another view of the source. */
export interface ViewChange {
  /** It is the first view. */
  readonly first: boolean;
  /** Whether objects of the Gateway API can be read now, and could not before, or the other way round. */
  readonly gateways: 'appeared' | 'vanished' | 'same';
}

/**
 * Tracks how much of the source can be read (LIF-6). Objects of the Gateway API are judged apart: a cluster that does not
 * serve them, or a missing right on one of their kinds, must not stop Ingresses.
 */
export class Visibility {
  readonly #log: Log;
  #complete: boolean | undefined;
  #gateways = false;
  /** All objects of the Gateway API were read at least once: what they say of each other is not partial. */
  #gatewaysRead = false;
  /** Whether anything was published for this cluster before; until that is known, yes. */
  publishedBefore = true;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether the source has told everything that it can read. */
  get synced(): boolean {
    return this.#complete !== undefined;
  }

  /** Whether nothing may be hidden in what cannot be read, apart from objects of the Gateway API. */
  get complete(): boolean {
    return this.#complete === true;
  }

  /** Whether nothing at all may be hidden, and objects of the Gateway API are read: statuses may say what is missing. */
  get gatewaysComplete(): boolean {
    return this.complete && this.#gateways;
  }

  update(complete: boolean, gateways: boolean): ViewChange {
    const first = !this.synced;
    const change = gateways === this.#gateways ? 'same' : gateways ? 'appeared' : 'vanished';
    if (!complete && this.#complete !== false) {
      this.#log.warn('part of the source is unreadable; no snapshot is published until it can be read');
    }
    if (change === 'vanished') {
      this.#log.warn('objects of the Gateway API cannot be read; snapshots leave TLSRoutes out until they can');
    }
    this.#complete = complete;
    this.#gateways = gateways;
    this.#gatewaysRead ||= gateways;
    return { first, gateways: change };
  }

  /**
   * Returns whether an Ingress or TLSRoute that is absent or lacks members may owe that to objects that cannot be read.
   * Where nothing was ever published there is nothing to lose, and the readable rest works.
   *
   * @param name as `nameInCluster` makes it.
   */
  mayHide(name: string, state: SourceState | undefined): boolean {
    const ofGateways = objectOf(refOf(name)).kind !== 'Ingress';
    if (this.complete && (this.#gateways || !ofGateways)) return false;
    if (state === undefined) return true;
    if (!this.publishedBefore) return false;
    // A Gateway, a Namespace or a ReferenceGrant that was never read may give the route more than it seems to have.
    const partial = ofGateways && !this.#gatewaysRead;
    if (!partial && backendsOf(state).every(({ members }) => members.length > 0)) return false;
    this.#log.warn('an Ingress or TLSRoute is not published: its back end may be in an unreadable part of the source', {
      ingress: name,
    });
    return true;
  }
}
