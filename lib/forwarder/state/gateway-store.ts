import { isDeepStrictEqual } from 'node:util';
import { nameInCluster, objectOf, qualifiedName } from '../../contract/index.ts';
import {
  type AssignedAddresses,
  type GatewayKind,
  type GatewayObject,
  type GatewaySettings,
  type GatewayView,
  type Grants,
  gatewayOf,
  grantsOf,
  isOurClass,
  type JudgedGateway,
  type JudgedRoute,
  judgeGateway,
  judgeRoute,
  type K8sGateway,
  type K8sGatewayClass,
  type K8sNamespace,
  type K8sReferenceGrant,
  type K8sTlsRoute,
} from '../../gateway/index.ts';
import type { ObjectMeta } from '../../ingress/kubernetes.ts';
import { sharedText } from '../source/shared-text.ts';
import { refOf } from './ingress-ref.ts';
import { MultiMap } from './multi-map.ts';
import type { AffectedIngresses, ClusterStore } from './store.ts';

const NONE: AffectedIngresses = [];

/** Returns the name under which the forwarder knows a TLSRoute: `namespace/tlsroute/name`. */
export const tlsRouteName = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  sharedText(nameInCluster('TLSRoute', { namespace, name }));

/** Returns the name under which the forwarder knows a Gateway: `namespace/gateway/name`. */
export const gatewayName = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  nameInCluster('Gateway', { namespace, name });

/**
 * Holds the objects of the Gateway API, with indexes, so that a change costs only the TLSRoutes and Gateways that it affects:
 *
 * | change of | affects |
 * |---|---|
 * | TLSRoute | itself |
 * | Gateway | itself, and the routes that name it |
 * | GatewayClass | its Gateways, and their routes |
 * | ReferenceGrant | the routes with a back end in its namespace, the Gateways with a certificate there, and their routes |
 * | Namespace | its routes: listeners may select them by its labels |
 *
 * Services, slices and nodes are in {@link ClusterStore}, which knows from here on which routes follow them.
 */
export class GatewayStore implements GatewayView {
  readonly #cluster: ClusterStore;
  readonly #settings: GatewaySettings;
  readonly #assigned: AssignedAddresses;
  readonly #classes = new Map<string, K8sGatewayClass>();
  readonly #gateways = new Map<string, K8sGateway>();
  readonly #routes = new Map<string, K8sTlsRoute>();
  readonly #grants = new Map<string, K8sReferenceGrant>();
  readonly #namespaces = new Map<string, K8sNamespace>();
  readonly #routesOfGateway = new MultiMap();
  readonly #gatewaysOfClass = new MultiMap();
  readonly #routesOfNamespace = new MultiMap();
  /** Namespace of a back end → routes of other namespaces. */
  readonly #routesInto = new MultiMap();
  /** Namespace of a certificate → Gateways of other namespaces. */
  readonly #gatewaysInto = new MultiMap();
  #permitted: Grants | undefined;
  readonly #judged = new Map<string, JudgedGateway>();

  /** @param assigned addresses that appliances have chosen; none where absent. */
  constructor(cluster: ClusterStore, settings: GatewaySettings = {}, assigned: AssignedAddresses = () => []) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#assigned = assigned;
  }

  /** Returns the addresses that appliances have chosen for a Gateway, by `namespace/name`; sorted. */
  assigned(gateway: string): readonly string[] {
    return this.#assigned(gateway);
  }

  gatewayClass(name: string): K8sGatewayClass | undefined {
    return this.#classes.get(name);
  }

  gateway(namespace: string, name: string): K8sGateway | undefined {
    return this.#gateways.get(`${namespace}/${name}`);
  }

  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined {
    const namespace = this.#namespaces.get(`/${name}`);
    return namespace === undefined ? undefined : (namespace.metadata.labels ?? {});
  }

  service(namespace: string, name: string): ReturnType<GatewayView['service']> {
    return this.#cluster.service(namespace, name);
  }

  /** No Secret is read: listeners that name one reset every connection, so they need none. */
  certificate(): 'unread' {
    return 'unread';
  }

  get grants(): Grants {
    this.#permitted ??= grantsOf([...this.#grants.values()]);
    return this.#permitted;
  }

  /** Returns the metadata of an Ingress, TLSRoute or Gateway in the cluster, by the name under which the forwarder knows it. */
  metadata(name: string): ObjectMeta | undefined {
    const { namespace, name: own } = refOf(name);
    const { kind, name: short } = objectOf({ name: own });
    if (kind === 'Gateway') return this.gateway(namespace, short)?.metadata;
    return (this.#cluster.ingress(name) ?? this.#routes.get(name))?.metadata;
  }

  /** @returns undefined for a route that does not exist. */
  judge(name: string): JudgedRoute | undefined {
    const route = this.#routes.get(name);
    return route && judgeRoute(route, (namespace, gateway) => this.judgedGateway(`${namespace}/${gateway}`), this);
  }

  /**
   * @param key `namespace/name`.
   * @returns undefined for a Gateway that does not exist or is not ours.
   */
  judgedGateway(key: string): JudgedGateway | undefined {
    const gateway = this.#gateways.get(key);
    const ownClass = gateway && this.#classes.get(gateway.spec.gatewayClassName ?? '');
    if (gateway === undefined || ownClass === undefined || !isOurClass(ownClass, this.#settings)) return undefined;
    const known = this.#judged.get(key) ?? judgeGateway(gateway, ownClass, this, this.#settings);
    this.#judged.set(key, known);
    return known;
  }

  /** Returns the names of the Gateways of a class, `namespace/name`. */
  gatewaysOfClass(name: string): Iterable<string> {
    return this.#gatewaysOfClass.get(name);
  }

  /** Returns the Gateway and its routes: what changes with the addresses of a Gateway. @param key `namespace/name`. */
  atAddressesOf(key: string): AffectedIngresses {
    return [gatewayName(refOf(key)), ...this.#routesOfGateway.get(key)];
  }

  /** Returns all objects of a kind. */
  all<K extends GatewayKind>(kind: K): Iterable<Extract<GatewayObject, { kind: K }>> {
    return this.#mapOf(kind).values() as Iterable<Extract<GatewayObject, { kind: K }>>;
  }

  upsert(object: GatewayObject): AffectedIngresses {
    const map: Map<string, GatewayObject> = this.#mapOf(object.kind);
    const key = keyOf(object);
    const old = map.get(key);
    if (old !== undefined && isDeepStrictEqual(old, object)) return NONE;
    const before = this.#change(object.kind, key, old, object);
    map.set(key, object);
    return before;
  }

  remove(kind: GatewayKind, namespace: string, name: string): AffectedIngresses {
    const map: Map<string, GatewayObject> = this.#mapOf(kind);
    const key = keyOf({ kind, metadata: { namespace, name } });
    const old = map.get(key);
    if (old === undefined) return NONE;
    map.delete(key);
    return this.#change(kind, key, old, undefined);
  }

  #mapOf(kind: GatewayKind) {
    const maps = {
      GatewayClass: this.#classes,
      Gateway: this.#gateways,
      TLSRoute: this.#routes,
      ReferenceGrant: this.#grants,
      Namespace: this.#namespaces,
    };
    return maps[kind] as Map<string, GatewayObject>;
  }

  /** Updates the indexes. @returns the routes and Gateways that the change affects. */
  #change(
    kind: GatewayKind,
    key: string,
    old: GatewayObject | undefined,
    now: GatewayObject | undefined,
  ): AffectedIngresses {
    switch (kind) {
      case 'TLSRoute':
        return this.#indexRoute(key, old as K8sTlsRoute | undefined, now as K8sTlsRoute | undefined);
      case 'Gateway':
        this.#judged.delete(key);
        for (const [gateway, change] of [[old, 'delete'] as const, [now, 'add'] as const]) {
          if (gateway?.kind !== 'Gateway') continue;
          this.#gatewaysOfClass[change](gateway.spec.gatewayClassName ?? '', key);
          for (const namespace of certificatesIn(gateway)) this.#gatewaysInto[change](namespace, key);
        }
        return this.atAddressesOf(key);
      case 'GatewayClass':
        return this.#forget(this.#gatewaysOfClass.get(key));
      case 'ReferenceGrant': {
        this.#permitted = undefined;
        const { namespace } = refOf(key);
        return new Set([...this.#routesInto.get(namespace), ...this.#forget(this.#gatewaysInto.get(namespace))]);
      }
      case 'Namespace':
        return [...this.#routesOfNamespace.get(key.slice(1))];
    }
  }

  /** Has Gateways judged again. @returns them and their routes. */
  #forget(gateways: Iterable<string>): Set<string> {
    const keys = [...gateways];
    for (const key of keys) this.#judged.delete(key);
    return new Set(keys.flatMap((key) => [...this.atAddressesOf(key)]));
  }

  #indexRoute(key: string, old: K8sTlsRoute | undefined, now: K8sTlsRoute | undefined): AffectedIngresses {
    for (const [route, change] of [[old, 'delete'] as const, [now, 'add'] as const]) {
      if (route === undefined) continue;
      this.#routesOfNamespace[change](route.metadata.namespace, key);
      for (const gateway of gatewaysOf(route)) this.#routesOfGateway[change](gateway, key);
      for (const service of servicesOf(route)) {
        const namespace = service.slice(0, service.indexOf('/'));
        if (namespace !== route.metadata.namespace) this.#routesInto[change](namespace, key);
      }
    }
    this.#cluster.follow(key, old === undefined ? [] : servicesOf(old), now === undefined ? [] : servicesOf(now));
    return [key];
  }
}

/** Objects without a namespace have an empty one in their key, but classes: those are looked up by name. */
function keyOf({
  kind,
  metadata,
}: Pick<GatewayObject, 'kind'> & { metadata: { namespace: string; name: string } }): string {
  if (kind === 'TLSRoute') return tlsRouteName(metadata);
  if (kind === 'Namespace') return `/${metadata.name}`;
  return kind === 'GatewayClass' ? metadata.name : qualifiedName(metadata);
}

/** Returns the other namespaces in which a Gateway names certificates. */
const certificatesIn = ({ metadata, spec }: K8sGateway): Set<string> =>
  new Set(
    (spec.listeners ?? [])
      .flatMap(({ tls }) => (tls?.certificateRefs ?? []).map(({ namespace = metadata.namespace }) => namespace))
      .filter((namespace) => namespace !== metadata.namespace),
  );

const gatewaysOf = (route: K8sTlsRoute): Set<string> =>
  new Set(
    (route.spec.parentRefs ?? []).flatMap((ref) => {
      const target = gatewayOf(ref, route);
      return target === undefined ? [] : [qualifiedName(target)];
    }),
  );

const servicesOf = (route: K8sTlsRoute): Set<string> =>
  new Set(
    (route.spec.rules ?? []).flatMap(({ backendRefs = [] }) =>
      backendRefs.map(({ namespace = route.metadata.namespace, name = '' }) => `${namespace}/${name}`),
    ),
  );
