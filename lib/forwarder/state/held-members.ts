import type { K8sEndpointSlice, K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import { SERVICE_NAME_LABEL } from '../source/kubernetes-projection.ts';
import type { ObjectRef } from '../source/source.ts';
import { type DesiredSettings, desiredState } from './desired-state.ts';
import type { ClusterStore } from './store.ts';

/** Kinds that members are resolved from. */
export const MEMBER_KINDS: ReadonlySet<K8sKind> = new Set(['Service', 'EndpointSlice', 'Node']);

export interface HeldMembersOptions {
  readonly store: ClusterStore;
  readonly settings: DesiredSettings & {
    /** Share of the announced Ingresses, in percent, that may lose all members of a back end by one list. */
    readonly holdPercent: number;
    /** So many may in any case. */
    readonly holdMinimum: number;
  };
  /** How many Ingresses the bus was told of. */
  readonly announced: () => number;
}

/**
 * Services, EndpointSlices and Nodes that a list lacks although no event said that they are deleted. Where too many
 * Ingresses would lose all members of a back end by that, the objects stay in the store as they were last seen: they
 * would be said by single events, which meet no prune guard, and every connection would be reset (LIF-6, END-1).
 *
 * | what happens to an object that is held | then |
 * |---|---|
 * | it is told again, or its deletion is | it is as it is told |
 * | another slice of its Service is told | it goes: the Service has members again |
 * | what is held would empty few Ingresses by now | all of it goes |
 * | an operator confirms | all of it goes |
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

  /** A whole list lacks these. @returns Ingresses whose desired state may have changed. */
  missing(kind: K8sKind, objects: readonly ObjectRef[]): Set<string> {
    for (const { namespace, name } of objects) {
      const object = this.#options.store.object(kind, namespace, name);
      if (object !== undefined) this.#held.set(idOf(object), object);
    }
    return this.judge();
  }

  /** The object was told, or that it is deleted. @returns Ingresses whose desired state may have changed. */
  told(kind: K8sKind, namespace: string, name: string, object?: K8sObject): Set<string> {
    if (this.#held.size === 0) return new Set();
    this.#held.delete(`${kind} ${namespace}/${name}`);
    const dirty = object?.kind === 'EndpointSlice' ? this.#replacedBy(object) : new Set<string>();
    if (this.#held.size === 0) this.#ingresses = new Set();
    return dirty;
  }

  /** Looks again at what is held. @returns Ingresses whose desired state may have changed. */
  judge(): Set<string> {
    if (this.#held.size === 0) return new Set();
    const { store } = this.#options;
    const kinds = new Set([...this.#held.values()].map(({ kind }) => kind));
    const dirty = this.#release();
    const without = new Map([...dirty].map((name) => [name, this.#empty(name)] as const));
    const bare = [...kinds].some((kind) => store.count(kind) === 0);
    for (const object of this.#held.values()) store.upsert(object);
    const emptied = [...dirty].filter((name) => {
      const now = this.#empty(name);
      return [...(without.get(name) ?? [])].some((backend) => !now.has(backend));
    });
    if (this.#tooMany(emptied.length, bare)) {
      this.#ingresses = new Set(emptied);
      return new Set();
    }
    return this.accept();
  }

  /** Believes the lists. @returns Ingresses whose desired state may have changed. */
  accept(): Set<string> {
    const dirty = this.#release();
    this.#held.clear();
    this.#ingresses = new Set();
    return dirty;
  }

  /** No cluster is without any object of these kinds: an empty list is doubted whatever it empties. */
  #tooMany(emptied: number, bare: boolean): boolean {
    const { announced, settings } = this.#options;
    if (emptied === 0) return false;
    return bare || (emptied > settings.holdMinimum && emptied * 100 > announced() * settings.holdPercent);
  }

  /** Takes everything that is held out of the store. */
  #release(): Set<string> {
    const dirty = new Set<string>();
    for (const { kind, metadata } of this.#held.values()) {
      for (const name of this.#options.store.remove(kind, metadata.namespace, metadata.name)) dirty.add(name);
    }
    return dirty;
  }

  #replacedBy(slice: K8sEndpointSlice): Set<string> {
    const dirty = new Set<string>();
    for (const [id, held] of this.#held) {
      if (held.kind !== 'EndpointSlice' || !sameService(held, slice)) continue;
      this.#held.delete(id);
      const { namespace, name } = held.metadata;
      for (const ingress of this.#options.store.remove('EndpointSlice', namespace, name)) dirty.add(ingress);
    }
    return dirty;
  }

  /** Back ends of an Ingress that have no member. */
  #empty(name: string): Set<string> {
    const { store, settings } = this.#options;
    const backends = desiredState(store, name, settings).state?.backends ?? [];
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
