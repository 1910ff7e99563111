import { GATEWAY_GROUP } from '../../gateway/kubernetes.ts';
import { GATEWAY_CRDS } from './kinds.ts';

/** A setting that makes rights unnecessary when it is false. */
type RightsSwitch = 'kubernetes.nodes' | 'gateway.enabled' | 'report.status' | 'report.events';

/** A permission of the forwarder's ServiceAccount, as RBAC has it. */
export interface ForwarderRight {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch';
  /** API group; empty for the core. */
  readonly group: string;
  /** Resource, with its subresource: `ingresses/status`. */
  readonly resource: string;
  /** The name of the only object that it concerns; `lease` stands for that of the forwarder's Lease. */
  readonly object?: string;
  /** Whether it concerns the namespace of the lease alone. */
  readonly inLeaseNamespace?: true;
  /** Settings each of which makes it unnecessary when it is false. */
  readonly switchedBy?: readonly RightsSwitch[];
}

type Subject = Omit<ForwarderRight, 'verb'>;

const each = (verbs: readonly ForwarderRight['verb'][], subject: Subject): ForwarderRight[] =>
  verbs.map((verb) => ({ verb, ...subject }));

const READ = ['list', 'watch'] as const;
const NETWORKING = 'networking.k8s.io';
const STATUS_OF_GATEWAYS = ['gateway.enabled', 'report.status'] as const;

/** Every permission that the forwarder uses. The chart grants these and no more (`infra/helm/templates/rbac.yaml`). */
export const FORWARDER_RIGHTS: readonly ForwarderRight[] = [
  ...each(READ, { group: NETWORKING, resource: 'ingresses' }),
  ...each(READ, { group: NETWORKING, resource: 'ingressclasses' }),
  ...each(READ, { group: '', resource: 'services' }),
  ...each(READ, { group: '', resource: 'nodes', switchedBy: ['kubernetes.nodes'] }),
  ...each(READ, { group: 'discovery.k8s.io', resource: 'endpointslices' }),
  ...['gatewayclasses', 'gateways', 'tlsroutes', 'referencegrants'].flatMap((resource) =>
    each(READ, { group: GATEWAY_GROUP, resource, switchedBy: ['gateway.enabled'] }),
  ),
  ...each(READ, { group: '', resource: 'namespaces', switchedBy: ['gateway.enabled'] }),
  ...each(['get'], { group: '', resource: 'namespaces', object: 'kube-system' }),
  ...each(['get'], { group: NETWORKING, resource: 'ingresses', switchedBy: ['report.status'] }),
  ...each(['patch'], { group: NETWORKING, resource: 'ingresses/status', switchedBy: ['report.status'] }),
  ...['gatewayclasses', 'gateways', 'tlsroutes'].flatMap((resource) => [
    ...each(['get'], { group: GATEWAY_GROUP, resource, switchedBy: STATUS_OF_GATEWAYS }),
    ...each(['patch'], { group: GATEWAY_GROUP, resource: `${resource}/status`, switchedBy: STATUS_OF_GATEWAYS }),
  ]),
  ...GATEWAY_CRDS.flatMap((object) =>
    each(['get'], {
      group: 'apiextensions.k8s.io',
      resource: 'customresourcedefinitions',
      object,
      switchedBy: STATUS_OF_GATEWAYS,
    }),
  ),
  ...each(['create'], { group: 'events.k8s.io', resource: 'events', switchedBy: ['report.events'] }),
  ...each(['get', 'patch'], {
    group: 'coordination.k8s.io',
    resource: 'leases',
    object: 'lease',
    inLeaseNamespace: true,
  }),
  // RBAC cannot limit a creation to a name.
  ...each(['create'], { group: 'coordination.k8s.io', resource: 'leases', inLeaseNamespace: true }),
];
