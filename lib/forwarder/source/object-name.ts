import type { GatewayObject } from '../../gateway/kubernetes.ts';
import type { K8sIngress, K8sObject } from '../../ingress/kubernetes.ts';

const MAX_NAME = 253;
const MAX_NAMESPACE = 63;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Returns a text in quotes, cut to a readable length. */
export function cut(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Returns why the API server refuses the name of an object, its namespace, or a Service that it names. */
export function invalidName(object: K8sObject | GatewayObject): string | undefined {
  const { name, namespace } = object.metadata;
  if (name === '') return 'metadata.name is missing';
  if (name.length > MAX_NAME || !DNS_SUBDOMAIN.test(name)) {
    return `metadata.name ${cut(name)} is not a valid name: lower-case letters, digits, - and . only, at most ${MAX_NAME}`;
  }
  if (namespace !== '' && (namespace.length > MAX_NAMESPACE || !DNS_LABEL.test(namespace))) {
    return `metadata.namespace ${cut(namespace)} is not a valid name: lower-case letters, digits and - only, at most ${MAX_NAMESPACE}`;
  }
  const service = object.kind === 'Ingress' ? serviceNames(object).find((each) => !isServiceName(each)) : undefined;
  return service === undefined
    ? undefined
    : `service name ${cut(service)} is not a valid name: lower-case letters, digits and - only, at most ${MAX_NAMESPACE}`;
}

/** Returns whether the API server accepts the name of a Service: nothing further on expects others. */
function isServiceName(name: string): boolean {
  return name.length <= MAX_NAMESPACE && DNS_LABEL.test(name);
}

/** Returns the Services of an Ingress. An absent or empty name is left out: `lib/ingress` reports it. */
function serviceNames({ spec: { defaultBackend, rules } }: K8sIngress): string[] {
  const paths = (rules ?? []).flatMap((rule) => rule.http?.paths ?? []);
  return [defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((backend) => backend?.service?.name || []);
}
