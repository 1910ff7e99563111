import {
  type ClusterView,
  type K8sEndpointSlice,
  type K8sObject,
  type K8sService,
  SERVICE_NAME_LABEL,
} from './kubernetes.ts';

/** Builds a cluster view from a fixed list of objects. */
export function objectView(objects: readonly K8sObject[]): ClusterView {
  const services = new Map<string, K8sService>();
  const slices = new Map<string, K8sEndpointSlice[]>();
  for (const object of objects) {
    const { namespace, name } = object.metadata;
    if (object.kind === 'Service') services.set(`${namespace}/${name}`, object);
    if (object.kind === 'EndpointSlice') {
      const key = `${namespace}/${object.metadata.labels?.[SERVICE_NAME_LABEL]}`;
      slices.set(key, [...(slices.get(key) ?? []), object]);
    }
  }
  return {
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    endpointSlices: (namespace, service) => slices.get(`${namespace}/${service}`) ?? [],
    nodes: () => objects.filter((object) => object.kind === 'Node'),
    ingressClasses: () => objects.filter((object) => object.kind === 'IngressClass'),
  };
}

/** Returns `namespace/service` of the Services with EndpointSlices among some objects. */
export function servicesWithSlices(objects: readonly K8sObject[]): Set<string> {
  return new Set(
    objects.flatMap(({ kind, metadata }) =>
      kind === 'EndpointSlice' ? [`${metadata.namespace}/${metadata.labels?.[SERVICE_NAME_LABEL]}`] : [],
    ),
  );
}
