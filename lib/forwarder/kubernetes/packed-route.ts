import type { GatewayMeta, K8sParentRef, K8sTlsRoute } from '../../gateway/kubernetes.ts';

/** What the text of a route holds. */
type Unpacked = Pick<K8sTlsRoute, 'metadata' | 'spec'>;

/** The route that was read last: a rule reads many fields of one route, then those of the next. */
let last: { readonly of: PackedRoute; readonly route: Unpacked } | undefined;

/**
 * A TLSRoute as JSON, parsed when a field is read: it takes a third of the memory of an object. Routes with equal texts are
 * deeply equal.
 */
export class PackedRoute implements K8sTlsRoute {
  /** JSON of all but `kind` and `spec.parentRefs`. */
  readonly text: string;
  /** JSON of `spec.parentRefs`, empty where absent. Most routes of a cluster have the same. */
  readonly parents: string;

  /** @param shared returns the same text object for equal texts. */
  constructor({ metadata, spec }: K8sTlsRoute, shared: (text: string) => string) {
    const { parentRefs, ...own } = spec;
    this.text = JSON.stringify({ metadata, spec: own } satisfies Unpacked);
    this.parents = shared(parentRefs === undefined ? '' : JSON.stringify(parentRefs));
  }

  get kind(): 'TLSRoute' {
    return 'TLSRoute';
  }

  get metadata(): GatewayMeta {
    return this.#unpacked().metadata;
  }

  get spec(): K8sTlsRoute['spec'] {
    return this.#unpacked().spec;
  }

  toJSON(): K8sTlsRoute {
    return { kind: this.kind, metadata: this.metadata, spec: this.spec };
  }

  #unpacked(): Unpacked {
    if (last?.of === this) return last.route;
    const { metadata, spec } = JSON.parse(this.text) as Unpacked;
    const parentRefs = this.parents === '' ? {} : { parentRefs: JSON.parse(this.parents) as K8sParentRef[] };
    const route = { metadata, spec: { ...parentRefs, ...spec } };
    last = { of: this, route };
    return route;
  }
}
