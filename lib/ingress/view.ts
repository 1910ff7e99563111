import type { ClusterView, K8sEndpointSlice, K8sObject, K8sService } from './kubernetes.ts';

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

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
