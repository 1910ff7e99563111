import type { K8sService } from '../ingress/index.ts';
import type { GatewayObject, K8sGateway, K8sGatewayClass } from './kubernetes.ts';
import { type Grants, grantsOf } from './reference-grant.ts';

/**
 * State of the certificate in a Secret. One that is unread is taken as it is: no listener uses a certificate here, and the
 * right to read Secrets would be worth more than the fault that is found by it.
 */
export type CertificateState = 'usable' | 'malformed' | 'missing' | 'unread';

/** The objects that the rules of the Gateway API look up. */
export interface GatewayView {
  gatewayClass(name: string): K8sGatewayClass | undefined;
  gateway(namespace: string, name: string): K8sGateway | undefined;
  /** Labels of a Namespace; undefined if the object is unknown. */
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
  service(namespace: string, name: string): K8sService | undefined;
  /** Judges a Secret of type `kubernetes.io/tls`; only asked where HTTPS listeners are accepted. */
  certificate(namespace: string, name: string): CertificateState;
  readonly grants: Grants;
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/**
 * Indexes objects by name, so that each look-up takes the same time however many there are.
 *
 * @param certificate judges Secrets; where absent, none is read.
 */
export function gatewayView(
  objects: Iterable<GatewayObject>,
  services: Iterable<K8sService>,
  certificate: GatewayView['certificate'] = () => 'unread',
): GatewayView {
  const classes = new Map<string, K8sGatewayClass>();
  const gateways = new Map<string, K8sGateway>();
  const labels = new Map<string, Readonly<Record<string, string>>>();
  const all = [...objects];
  for (const object of all) {
    const { namespace, name } = object.metadata;
    if (object.kind === 'GatewayClass') classes.set(name, object);
    if (object.kind === 'Gateway') gateways.set(keyOf(namespace, name), object);
    if (object.kind === 'Namespace') labels.set(name, object.metadata.labels ?? {});
  }
  const byName = new Map(
    Array.from(services, (service) => [keyOf(service.metadata.namespace, service.metadata.name), service]),
  );
  return {
    gatewayClass: (name) => classes.get(name),
    gateway: (namespace, name) => gateways.get(keyOf(namespace, name)),
    namespaceLabels: (name) => labels.get(name),
    service: (namespace, name) => byName.get(keyOf(namespace, name)),
    certificate,
    grants: grantsOf(all.filter((object) => object.kind === 'ReferenceGrant')),
  };
}
