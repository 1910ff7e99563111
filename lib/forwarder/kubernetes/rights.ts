/** A permission of the forwarder's ServiceAccount, as RBAC has it. */
export interface ForwarderRight {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch';
  /** API group; empty for the core. */
  readonly group: string;
  /** Resource, with its subresource: `ingresses/status`. */
  readonly resource: string;
  /** The only object that it concerns: the lease of the forwarder, or the namespace `kube-system`. */
  readonly object?: 'lease' | 'kube-system';
  /** Whether it concerns the namespace of the lease alone. */
  readonly inLeaseNamespace?: true;
  /** The setting that makes it unnecessary when it is false. */
  readonly switchedBy?: 'kubernetes.nodes' | 'report.status' | 'report.events';
}

type Subject = Omit<ForwarderRight, 'verb'>;

const each = (verbs: readonly ForwarderRight['verb'][], subject: Subject): ForwarderRight[] =>
  verbs.map((verb) => ({ verb, ...subject }));

const READ = ['list', 'watch'] as const;
const NETWORKING = 'networking.k8s.io';

/** Every permission that the forwarder uses. The chart grants these and no more (`infra/helm/templates/rbac.yaml`). */
export const FORWARDER_RIGHTS: readonly ForwarderRight[] = [
  ...each(READ, { group: NETWORKING, resource: 'ingresses' }),
  ...each(READ, { group: NETWORKING, resource: 'ingressclasses' }),
  ...each(READ, { group: '', resource: 'services' }),
  ...each(READ, { group: '', resource: 'nodes', switchedBy: 'kubernetes.nodes' }),
  ...each(READ, { group: 'discovery.k8s.io', resource: 'endpointslices' }),
  ...each(['get'], { group: '', resource: 'namespaces', object: 'kube-system' }),
  ...each(['get'], { group: NETWORKING, resource: 'ingresses', switchedBy: 'report.status' }),
  ...each(['patch'], { group: NETWORKING, resource: 'ingresses/status', switchedBy: 'report.status' }),
  ...each(['create'], { group: 'events.k8s.io', resource: 'events', switchedBy: 'report.events' }),
  ...each(['get', 'patch'], {
    group: 'coordination.k8s.io',
    resource: 'leases',
    object: 'lease',
    inLeaseNamespace: true,
  }),
  // RBAC cannot limit a creation to a name.
  ...each(['create'], { group: 'coordination.k8s.io', resource: 'leases', inLeaseNamespace: true }),
];
