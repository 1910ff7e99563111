import { isDeepStrictEqual } from 'node:util';
import { qualifiedName } from '../../contract/index.ts';
import {
  CLASS_ANNOTATION,
  isReachedAtNodes,
  isSolver,
  SERVICE_NAME_LABEL,
  serviceRefs,
  takesSolvers,
} from '../../ingress/index.ts';
import type {
  ClusterView,
  K8sEndpointSlice,
  K8sIngress,
  K8sIngressClass,
  K8sKind,
  K8sNode,
  K8sObject,
  K8sService,
} from '../../ingress/kubernetes.ts';
import { unpacked } from '../source/packed-object.ts';
import { sharedText } from '../source/shared-text.ts';
import { MultiMap } from './multi-map.ts';

/** Names of Ingresses (`namespace/name`) and TLSRoutes (`namespace/tlsroute/name`) whose desired state may have changed. */
export type AffectedIngresses = Iterable<string>;

const NONE: AffectedIngresses = [];

/**
 * Holds the known objects of the cluster, with indexes, so that a change costs only the Ingresses that it affects:
 *
 * | change of | affects |
 * |---|---|
 * | Ingress | itself; one that an issuer makes for a challenge, also those of its namespace that let challenges through (VAL-19) |
 * | IngressClass | the Ingresses that name it, and those that name none (it may be the default) |
 * | Service, EndpointSlice | the Ingresses with a back end on the Service |
 * | Node | the Ingresses with a back end on a NodePort or LoadBalancer Service; with `externalTrafficPolicy: Local` only if the node has an endpoint of it |
 *
 * An object that is reported again unchanged affects no Ingress.
 */
export class ClusterStore implements ClusterView {
  readonly #ingresses = new Map<string, K8sIngress>();
  readonly #classes = new Map<string, K8sIngressClass>();
  readonly #services = new Map<string, K8sService>();
  readonly #nodes = new Map<string, K8sNode>();
  readonly #slices = new Map<string, K8sEndpointSlice>();
  readonly #slicesOf = new MultiMap();
  readonly #ingressesOfService = new MultiMap();
  readonly #ingressesOfClass = new MultiMap();
  /** By namespace: Ingresses that an issuer makes for challenges, and those that let challenges through. */
  readonly #solversIn = new MultiMap();
  readonly #takersIn = new MultiMap();
  /** Services whose members are node addresses. */
  readonly #onNodes = new Set<string>();

  ingress(name: string): K8sIngress | undefined {
    const ingress = this.#ingresses.get(name);
    return ingress && unpacked(ingress);
  }

  get ingressCount(): number {
    return this.#ingresses.size;
  }

  service(namespace: string, name: string): K8sService | undefined {
    const service = this.#services.get(`${namespace}/${name}`);
    return service && unpacked(service);
  }

  *endpointSlices(namespace: string, service: string): Iterable<K8sEndpointSlice> {
    for (const slice of this.#slicesOf.get(`${namespace}/${service}`)) {
      yield unpacked(this.#slices.get(slice) as K8sEndpointSlice);
    }
  }

  nodes(): Iterable<K8sNode> {
    return this.#nodes.values();
  }

  ingressClasses(): Iterable<K8sIngressClass> {
    return this.#classes.values();
  }

  /** Returns the Ingresses of a namespace that an issuer made for challenges (VAL-19). */
  *solversIn(namespace: string): Iterable<K8sIngress> {
    for (const name of this.#solversIn.get(namespace)) yield unpacked(this.#ingresses.get(name) as K8sIngress);
  }

  object(kind: K8sKind, namespace: string, name: string): K8sObject | undefined {
    return this.#mapOf(kind).get(`${namespace}/${name}`);
  }

  /** Returns the number of objects of a kind. */
  count(kind: K8sKind): number {
    return this.#mapOf(kind).size;
  }

  #mapOf(kind: K8sKind): ReadonlyMap<string, K8sObject> {
    switch (kind) {
      case 'Ingress':
        return this.#ingresses;
      case 'IngressClass':
        return this.#classes;
      case 'Service':
        return this.#services;
      case 'EndpointSlice':
        return this.#slices;
      case 'Node':
        return this.#nodes;
    }
  }

  /**
   * Records which Services another object has back ends on: a change of them affects it, too.
   *
   * @param name under which it is returned.
   */
  follow(name: string, before: Iterable<string>, now: Iterable<string>): void {
    for (const service of before) this.#ingressesOfService.delete(service, name);
    for (const service of now) this.#ingressesOfService.add(service, name);
  }

  upsert(object: K8sObject): AffectedIngresses {
    const key = sharedText(qualifiedName(object.metadata));
    switch (object.kind) {
      case 'Ingress':
        return this.#set(this.#ingresses, key, object, (old) => this.#indexIngress(key, old, object));
      case 'IngressClass':
        return this.#set(this.#classes, key, object, () => this.#affectedByClass(object.metadata.name));
      case 'Service':
        return this.#set(this.#services, key, object, () => this.#indexService(key, object));
      case 'EndpointSlice':
        return this.#set(this.#slices, key, object, (old) => this.#indexSlice(key, old, object));
      case 'Node':
        return this.#set(this.#nodes, key, object, () => this.#affectedByNode(object.metadata.name));
    }
  }

  remove(kind: K8sKind, namespace: string, name: string): AffectedIngresses {
    const key = `${namespace}/${name}`;
    switch (kind) {
      case 'Ingress':
        return this.#drop(this.#ingresses, key, (old) => this.#indexIngress(key, old, undefined));
      case 'IngressClass':
        return this.#drop(this.#classes, key, () => this.#affectedByClass(name));
      case 'Service':
        return this.#drop(this.#services, key, () => this.#indexService(key, undefined));
      case 'EndpointSlice':
        return this.#drop(this.#slices, key, (old) => this.#indexSlice(key, old, undefined));
      case 'Node':
        return this.#drop(this.#nodes, key, () => this.#affectedByNode(name));
    }
  }

  #set<T extends K8sObject>(
    map: Map<string, T>,
    key: string,
    object: T,
    affected: (old: T | undefined) => AffectedIngresses,
  ): AffectedIngresses {
    const old = map.get(key);
    if (old !== undefined && isDeepStrictEqual(old, object)) return NONE;
    map.set(key, object);
    return affected(old);
  }

  #drop<T extends K8sObject>(
    map: Map<string, T>,
    key: string,
    affected: (old: T) => AffectedIngresses,
  ): AffectedIngresses {
    const old = map.get(key);
    if (old === undefined) return NONE;
    map.delete(key);
    return affected(old);
  }

  #indexIngress(key: string, old: K8sIngress | undefined, now: K8sIngress | undefined): AffectedIngresses {
    if (old !== undefined) {
      this.#ingressesOfClass.delete(classOf(old), key);
      for (const service of servicesOf(old)) this.#ingressesOfService.delete(service, key);
      this.#solversIn.delete(old.metadata.namespace, key);
      this.#takersIn.delete(old.metadata.namespace, key);
    }
    if (now !== undefined) {
      this.#ingressesOfClass.add(classOf(now), key);
      for (const service of servicesOf(now)) this.#ingressesOfService.add(service, key);
      if (isSolver(now)) this.#solversIn.add(now.metadata.namespace, key);
      if (takesSolvers(now)) this.#takersIn.add(now.metadata.namespace, key);
    }
    const solver = [old, now].find((ingress) => ingress !== undefined && isSolver(ingress));
    return solver === undefined ? [key] : [key, ...this.#takersIn.get(solver.metadata.namespace)];
  }

  /** Returns the names of what has a back end on a Service, and of the Ingresses that answer a challenge with it. */
  #ofService(service: string): AffectedIngresses {
    const names = this.#ingressesOfService.get(service);
    const namespace = service.slice(0, service.indexOf('/'));
    const solvers = new Set(this.#solversIn.get(namespace));
    if (solvers.size === 0) return names;
    return [...names].some((name) => solvers.has(name)) ? union([names, this.#takersIn.get(namespace)]) : names;
  }

  #indexService(key: string, now: K8sService | undefined): AffectedIngresses {
    if (now !== undefined && isReachedAtNodes(now)) this.#onNodes.add(key);
    else this.#onNodes.delete(key);
    return this.#ofService(key);
  }

  #indexSlice(key: string, old: K8sEndpointSlice | undefined, now: K8sEndpointSlice | undefined): AffectedIngresses {
    const before = old && serviceOf(old);
    const after = now && serviceOf(now);
    if (before !== undefined && before !== after) this.#slicesOf.delete(before, key);
    if (after !== undefined) this.#slicesOf.add(after, key);
    const services = new Set([before, after].filter((service) => service !== undefined));
    return union([...services].map((service) => this.#ofService(service)));
  }

  #affectedByClass(name: string): AffectedIngresses {
    return union([this.#ingressesOfClass.get(name.toLowerCase()), this.#ingressesOfClass.get('')]);
  }

  #affectedByNode(node: string): AffectedIngresses {
    const services = [...this.#onNodes].filter((service) => {
      if (this.#services.get(service)?.spec.externalTrafficPolicy !== 'Local') return true;
      return [...this.#slicesOf.get(service)].some((slice) =>
        this.#slices.get(slice)?.endpoints?.some((endpoint) => endpoint.nodeName === node),
      );
    });
    return union(services.map((service) => this.#ofService(service)));
  }
}

/** Returns the class of an Ingress, lower-cased (SEL-2: the annotation decides alone); empty where it has none. */
function classOf(ingress: K8sIngress): string {
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  return (annotation ?? ingress.spec.ingressClassName ?? '').toLowerCase();
}

function servicesOf(ingress: K8sIngress): Set<string> {
  return new Set(serviceRefs(ingress).map(({ service }) => `${ingress.metadata.namespace}/${service}`));
}

function serviceOf(slice: K8sEndpointSlice): string | undefined {
  const service = slice.metadata.labels?.[SERVICE_NAME_LABEL];
  return service === undefined ? undefined : `${slice.metadata.namespace}/${service}`;
}

function union(parts: readonly AffectedIngresses[]): Set<string> {
  return new Set(parts.flatMap((part) => [...part]));
}
