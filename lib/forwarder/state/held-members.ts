import { backendsOf } from '../../contract/index.ts';
import { SERVICE_NAME_LABEL } from '../../ingress/index.ts';
import type { K8sEndpointSlice, K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import type { ObjectRef } from '../source/source.ts';
import { type DesiredSettings, desiredState } from './desired-state.ts';
import type { GatewayStore } from './gateway-store.ts';
import type { ClusterStore } from './store.ts';

/** The kinds from which members are resolved. */
export const MEMBER_KINDS: ReadonlySet<string> = new Set(['Service', 'EndpointSlice', 'Node']);

export interface HeldMembersOptions {
  readonly store: ClusterStore;
  readonly gateways?: GatewayStore;
  readonly settings: DesiredSettings & {
    /** Share of the published Ingresses, in percent, that may lose all members of a back end by one list. */
    readonly holdPercent: number;
    /** Number of Ingresses that may lose them whatever their share. */
    readonly holdMinimum: number;
  };
  /** Returns the number of published Ingresses. */
  readonly published: () => number;
}

/**
 * Holds Services, EndpointSlices and Nodes that a list lacks although no event reported their deletion. Where too many
 * Ingresses would lose all members of a back end, the objects stay in the store as they were last seen: the loss would
 * be published by single events, which meet no prune guard, and every connection would be reset (LIF-6, END-1).
 *
 * | event | effect on a held object |
 * |---|---|
 * | it is reported again, or its deletion is | the report counts |
 * | another slice of its Service is reported | it is released: the Service has members again |
 * | the held objects would empty few Ingresses by now | all are released |
 * | an operator confirms | all are released |
 */
export class HeldMembers {
  readonly #options: HeldMembersOptions;
  readonly #held = new Map<string, K8sObject>();
  #ingresses: ReadonlySet<string> = new Set();

  constructor(options: HeldMembersOptions) {
    this.#options = options;
  }

  /** Ingresses that would lose all members of a back end. */
  get ingresses(): ReadonlySet<string> {
    return this.#ingresses;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Holds objects until {@link judge} decides. @param objects a whole list lacks these. */
  missing(kind: K8sKind, objects: readonly ObjectRef[]): void {
    for (const { namespace, name } of objects) {
      const object = this.#options.store.object(kind, namespace, name);
      if (object !== undefined) this.#held.set(idOf(object), object);
    }
  }

  /** @param object absent where it was deleted. @returns Ingresses whose desired state may have changed. */
  observe(kind: K8sKind, namespace: string, name: string, object?: K8sObject): Set<string> {
    if (this.#held.size === 0) return new Set();
    this.#held.delete(`${kind} ${namespace}/${name}`);
    const affected = object?.kind === 'EndpointSlice' ? this.#replacedBy(object) : new Set<string>();
    if (this.#held.size === 0) this.#ingresses = new Set();
    return affected;
  }

  /** Decides again whether to hold. @returns Ingresses whose desired state may have changed. */
  judge(): Set<string> {
    if (this.#held.size === 0) return new Set();
    const { store } = this.#options;
    const kinds = new Set([...this.#held.values()].map(({ kind }) => kind));
    const affected = this.#release();
    const without = new Map([...affected].map((name) => [name, this.#emptyBackends(name)] as const));
    const emptyList = [...kinds].some((kind) => store.count(kind) === 0);
    for (const object of this.#held.values()) store.upsert(object);
    const emptied = [...affected].filter((name) => {
      const now = this.#emptyBackends(name);
      return [...(without.get(name) ?? [])].some((backend) => !now.has(backend));
    });
    if (this.#tooMany(emptied.length, emptyList)) {
      this.#ingresses = new Set(emptied);
      return new Set();
    }
    return this.accept();
  }

  /** Accepts the lists and releases everything. @returns Ingresses whose desired state may have changed. */
  accept(): Set<string> {
    const affected = this.#release();
    this.#held.clear();
    this.#ingresses = new Set();
    return affected;
  }

  /**
   * Every cluster has objects of these kinds: an empty list is doubted however few Ingresses it empties, and even if it
   * empties none, because the list of Ingresses may be wrong, too, and be whole again first.
   */
  #tooMany(emptied: number, emptyList: boolean): boolean {
    const { published, settings } = this.#options;
    return emptyList || (emptied > settings.holdMinimum && emptied * 100 > published() * settings.holdPercent);
  }

  /** Removes every held object from the store. */
  #release(): Set<string> {
    const affected = new Set<string>();
    for (const { kind, metadata } of this.#held.values()) {
      for (const name of this.#options.store.remove(kind, metadata.namespace, metadata.name)) affected.add(name);
    }
    return affected;
  }

  #replacedBy(slice: K8sEndpointSlice): Set<string> {
    const affected = new Set<string>();
    for (const [id, held] of this.#held) {
      if (held.kind !== 'EndpointSlice' || !sameService(held, slice)) continue;
      this.#held.delete(id);
      const { namespace, name } = held.metadata;
      for (const ingress of this.#options.store.remove('EndpointSlice', namespace, name)) affected.add(ingress);
    }
    return affected;
  }

  /** Returns the back ends of an Ingress that have no member. */
  #emptyBackends(name: string): Set<string> {
    const { store, gateways, settings } = this.#options;
    const { state } = desiredState(store, name, settings, gateways);
    const backends = state === undefined ? [] : backendsOf(state);
    return new Set(
      backends.filter(({ members }) => members.length === 0).map(({ service, port }) => `${service}:${port}`),
    );
  }
}

const idOf = ({ kind, metadata }: K8sObject): string => `${kind} ${metadata.namespace}/${metadata.name}`;

function sameService(a: K8sEndpointSlice, b: K8sEndpointSlice): boolean {
  return (
    a.metadata.namespace === b.metadata.namespace &&
    a.metadata.labels?.[SERVICE_NAME_LABEL] === b.metadata.labels?.[SERVICE_NAME_LABEL]
  );
}
