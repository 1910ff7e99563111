import {
  EVERYTHING,
  firstOf,
  inRange,
  type KeyRange,
  kindOfEvent,
  type Owner,
  objectOf,
  ownerKey,
  ownerOf,
  type SourceKind,
  TLS_ROUTES,
  type TlsRouteSnapshot,
} from '../contract/index.ts';
import { covers } from '../ledger/index.ts';
import type { DesiredEvent, EventRef } from './event-ref.ts';

/** Whether an archive tells everything about a cluster. */
export type Completeness =
  | { readonly complete: true /** The event with which the archive became complete. */; readonly since: EventRef }
  | { readonly complete: false; readonly reason: string };

/** Range of the keys of each kind of object. */
const SPACES: Readonly<Record<SourceKind, KeyRange>> = {
  Ingress: EVERYTHING,
  TLSRoute: TLS_ROUTES,
  Gateway: TLS_ROUTES,
};

interface Space {
  /** Ranges of the snapshots so far; empty once they cover everything. */
  ranges: readonly KeyRange[];
  /** The snapshot that closed the last gap. */
  since: EventRef | undefined;
}

/**
 * How much of a cluster the archive tells. An archive may begin in the middle: what was published before, and no event
 * names again, is known only when snapshots have named all objects of every range.
 */
export class ClusterCoverage {
  /** Only the kinds that the archive names at all, and Ingresses. */
  readonly #spaces = new Map<SourceKind, Space>([['Ingress', { ranges: [], since: undefined }]]);
  /** Objects that a snapshot names without their state, and no event has stated since. */
  readonly #listed = new Map<string, Owner>();
  /** Keys of objects whose state came before snapshots covered their kind. */
  readonly #known = new Set<string>();

  add(event: DesiredEvent, by: EventRef): void {
    switch (event.detailType) {
      case 'Cluster Snapshot':
        this.#list('Ingress', event.data, event.data.listed, event.data.ingresses);
        this.#covered('Ingress', event.data, by);
        break;
      case 'TLSRoute Snapshot':
        this.#addRoutes(event.data, by);
        break;
      case 'Ingress Changed':
        this.#stated('Ingress', by.cluster, event.data.ingress);
        break;
      case 'TLSRoute Changed':
        this.#stated('TLSRoute', by.cluster, event.data.tlsRoute);
        break;
      case 'Gateway Changed':
        this.#stated('Gateway', by.cluster, event.data.gateway);
        break;
      default:
        this.#stated(kindOfEvent(event.detailType), by.cluster, event.data);
    }
  }

  /** Adds a snapshot of TLSRoutes. Without a list of Gateways it says nothing about them. */
  #addRoutes(data: TlsRouteSnapshot, by: EventRef): void {
    this.#list('TLSRoute', data, data.listed, data.tlsRoutes);
    this.#covered('TLSRoute', data, by);
    if (data.gateways === undefined) return;
    this.#list('Gateway', data, data.listedGateways ?? [], data.gateways);
    this.#covered('Gateway', data, by);
  }

  /** Returns whether everything is known by now. */
  verdict(): Completeness {
    const spaces = [...this.#spaces];
    const open = spaces.flatMap(([kind, { since }]) => (since === undefined ? [kind] : []));
    if (open.length > 0) {
      const kinds = open.map((kind) => (kind === 'Ingress' ? 'Ingresses' : `${kind}s`)).join(' and ');
      return {
        complete: false,
        reason: `the archive has no snapshot of all ${kinds} up to this time: those that were published before the archive begins, and not since, are missing`,
      };
    }
    if (this.#listed.size > 0) {
      const names = [...this.#listed.values()].map(({ namespace, name }) => `${namespace}/${name}`);
      return {
        complete: false,
        reason: `a snapshot names ${firstOf(names, 3)} without content, and the archive has no event with it up to this time`,
      };
    }
    const since = spaces.flatMap(([, space]) => space.since ?? []);
    return { complete: true, since: since.reduce((last, ref) => (ref.published > last.published ? ref : last)) };
  }

  #space(kind: SourceKind): Space {
    const space = this.#spaces.get(kind) ?? { ranges: [], since: undefined };
    this.#spaces.set(kind, space);
    return space;
  }

  #covered(kind: SourceKind, range: KeyRange, by: EventRef): void {
    const space = this.#space(kind);
    if (space.since !== undefined) return;
    space.ranges = [...space.ranges, { from: range.from, to: range.to }];
    if (!covers(space.ranges, SPACES[kind])) return;
    space.since = by;
    space.ranges = [];
  }

  /** Notes objects that a snapshot lists without content, unless the archive has had it. */
  #list(
    kind: SourceKind,
    { cluster, from, to }: KeyRange & { readonly cluster: string },
    listed: readonly Omit<Owner, 'cluster'>[],
    stated: readonly Omit<Owner, 'cluster'>[],
  ): void {
    if (this.#listed.size > 0) {
      const named = new Set([...stated, ...listed].map((ref) => ownerKey(ownerOf(kind, cluster, ref))));
      for (const ref of stated) this.#listed.delete(ownerKey(ownerOf(kind, cluster, ref)));
      // Of what a snapshot does not name, nothing is left.
      for (const [key, owner] of this.#listed) {
        if (objectOf(owner).kind === kind && inRange(key, { from, to }) && !named.has(key)) this.#listed.delete(key);
      }
    }
    // What a complete archive lists, it has had before, or the event follows.
    if (this.#space(kind).since !== undefined) return;
    for (const ref of stated) this.#known.add(ownerKey(ownerOf(kind, cluster, ref)));
    for (const ref of listed) {
      const owner = ownerOf(kind, cluster, ref);
      const key = ownerKey(owner);
      if (!this.#known.has(key)) this.#listed.set(key, owner);
    }
  }

  #stated(kind: SourceKind, cluster: string, ref: Omit<Owner, 'cluster'>): void {
    const isOpen = this.#space(kind).since === undefined;
    if (!isOpen && this.#listed.size === 0) return;
    const key = ownerKey(ownerOf(kind, cluster, ref));
    if (isOpen) this.#known.add(key);
    this.#listed.delete(key);
  }
}
