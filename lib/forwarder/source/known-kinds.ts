import type { GatewayKind } from '../../gateway/kubernetes.ts';
import type { K8sKind } from '../../ingress/kubernetes.ts';
import { GATEWAY_VERSIONS } from './gateway-projection.ts';
import { API_VERSIONS } from './kubernetes-projection.ts';

/** A kind that is read from manifests. */
export type ReadKind = K8sKind | GatewayKind;

/** The versions in which each kind is read; the first is the one to write. */
export const READ_VERSIONS: Readonly<Record<ReadKind, readonly string[]>> = {
  Ingress: [API_VERSIONS.Ingress],
  IngressClass: [API_VERSIONS.IngressClass],
  Service: [API_VERSIONS.Service],
  EndpointSlice: [API_VERSIONS.EndpointSlice],
  Node: [API_VERSIONS.Node],
  ...GATEWAY_VERSIONS,
};

/** Returns whether a kind belongs to the Gateway API, or is one that its rules read. */
export function isGatewayKind(kind: ReadKind): kind is GatewayKind {
  return Object.hasOwn(GATEWAY_VERSIONS, kind);
}

/** Returns the kind that was meant by a kind in other letters, or in the plural. */
export function kindMeant(kind: string): ReadKind | undefined {
  const lower = kind.toLowerCase();
  const ours = Object.keys(READ_VERSIONS) as ReadKind[];
  return ours.find((own) => [own, `${own}s`, `${own}es`].some((form) => form.toLowerCase() === lower));
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '');

/** Returns whether an `apiVersion` is another version of the kind, and not another project's kind of its name. */
export function isVersionOf(kind: ReadKind, apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  if (group === groupOf(READ_VERSIONS[kind][0] as string)) return true;
  // Kinds of the Gateway API never were in these groups, and others have kinds of their names.
  return !isGatewayKind(kind) && (group === 'extensions' || group === '');
}
