import type { Member, ResolvedBackend } from '../contract/index.ts';
import { canonicalMembers } from '../route/index.ts';
import { type ServiceRef, serviceRefs } from './backend-ref.ts';
import { type Endpoint, usableEndpoints } from './endpoints.ts';
import { parseAddress } from './ip.ts';
import type { ClusterView, K8sEndpointSlice, K8sIngress, K8sService } from './kubernetes.ts';
import { nodeMembers } from './nodes.ts';
import { integer, list, record, text } from './shape.ts';

export interface ResolutionSettings {
  /** Type of the node address that the appliance can reach. */
  readonly nodeAddressType: 'InternalIP' | 'ExternalIP';
  /** Use pod addresses for NodePort and LoadBalancer Services, too. */
  readonly podAddressesForNodePort: boolean;
}

/** How a forwarder inside the cluster resolves back ends by default. */
export const INSIDE_CLUSTER: ResolutionSettings = { nodeAddressType: 'InternalIP', podAddressesForNodePort: false };

interface ServicePort {
  readonly name: string;
  readonly nodePort: number | undefined;
}

/** Finds the TCP port of a Service by number or by name. */
function findPort(spec: Readonly<Record<string, unknown>>, wanted: number | string): ServicePort | undefined {
  const match = list(spec.ports)
    .map(record)
    .find(
      (port) => (port.protocol ?? 'TCP') === 'TCP' && (typeof wanted === 'number' ? port.port : port.name) === wanted,
    );
  if (match === undefined) return undefined;
  const nodePort = integer(match.nodePort);
  return {
    name: text(match.name) ?? '',
    nodePort: nodePort !== undefined && nodePort >= 1 && nodePort <= 65_535 ? nodePort : undefined,
  };
}

/** Returns the address families of a Service: those of its slices, else that of its cluster IP, else both. */
function familiesOf(slices: readonly K8sEndpointSlice[], clusterIP: unknown): ReadonlySet<4 | 6> {
  const families = new Set<4 | 6>();
  for (const { addressType } of slices) {
    if (addressType === 'IPv4') families.add(4);
    if (addressType === 'IPv6') families.add(6);
  }
  const address = parseAddress(text(clusterIP) ?? '');
  if (families.size === 0 && address !== undefined) families.add(address.family);
  return families.size > 0 ? families : new Set<4 | 6>([4, 6]);
}

function nodesWith(endpoints: readonly Endpoint[]): ReadonlySet<string> {
  return new Set(endpoints.flatMap(({ nodeName }) => (nodeName === undefined ? [] : [nodeName])));
}

/** Returns whether the members of a Service are nodes, unless the forwarder is configured to reach pods (END-2). */
export function isReachedAtNodes(service: K8sService): boolean {
  const { type } = record(service.spec);
  return type === 'NodePort' || type === 'LoadBalancer';
}

function membersOf(service: K8sService, port: ServicePort, view: ClusterView, settings: ResolutionSettings): Member[] {
  const spec = record(service.spec);
  const { namespace, name } = service.metadata;
  const slices = [...view.endpointSlices(namespace, name)];
  const endpoints = usableEndpoints(slices, port.name);
  // A load balancer without node ports can only be reached by pod address.
  if (!isReachedAtNodes(service) || settings.podAddressesForNodePort || port.nodePort === undefined) {
    return endpoints.map(({ address, port: target }) => ({ address, port: target }));
  }
  const local = spec.externalTrafficPolicy === 'Local';
  // Slices without a usable endpoint mean that no node can serve. Without any slice, nothing is known.
  if (endpoints.length === 0 && (local || slices.length > 0)) return [];
  const { nodePort } = port;
  const { nodeAddressType } = settings;
  return nodeMembers(view.nodes(), {
    nodePort,
    nodeAddressType,
    families: familiesOf(slices, spec.clusterIP),
    ...(local ? { names: nodesWith(endpoints) } : {}),
  });
}

/** Resolves a Service and port to sorted addresses (END-1, END-2). */
export function resolveService(
  ref: ServiceRef,
  namespace: string,
  view: ClusterView,
  settings: ResolutionSettings,
): ResolvedBackend {
  const service = view.service(namespace, ref.service);
  if (service === undefined) return { ...ref, problem: 'ServiceNotFound', members: [] };
  const spec = record(service.spec);
  if (spec.type === 'ExternalName') return { ...ref, problem: 'ExternalNameUnsupported', members: [] };
  const port = findPort(spec, ref.port);
  if (port === undefined) return { ...ref, problem: 'ServicePortNotFound', members: [] };
  return { ...ref, members: [...canonicalMembers(membersOf(service, port, view, settings))] };
}

/** Resolves every Service and port that an Ingress names. */
export function resolveBackends(
  ingress: K8sIngress,
  view: ClusterView,
  settings: ResolutionSettings,
): ResolvedBackend[] {
  const namespace = text(record(ingress.metadata).namespace) ?? '';
  return serviceRefs(ingress).map((ref) => resolveService(ref, namespace, view, settings));
}
