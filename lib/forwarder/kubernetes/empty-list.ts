import { isReachedAtNodes, serviceRefs } from '../../ingress/index.ts';
import type { K8sIngress, K8sKind, K8sService } from '../../ingress/kubernetes.ts';

/** The objects that decide whether Nodes are needed. */
export interface NodeNeed {
  /** Whether Ingresses and Services were read, as far as they can be. */
  readonly known: boolean;
  readonly ingresses: Iterable<K8sIngress>;
  /** @param name `namespace/name`. */
  readonly service: (name: string) => K8sService | undefined;
}

/**
 * Returns whether an empty list of a kind cannot be trusted (LIF-6). An API server whose etcd was restored, or a cache
 * before it, may answer with a list that is well-formed and wrong.
 *
 * | kind | an empty list is |
 * |---|---|
 * | Service, EndpointSlice | doubtful: every API server keeps `default/kubernetes` of both |
 * | Node | doubtful where an Ingress leads to a Service whose members are nodes (END-2), or while that is unknown |
 * | Ingress, IngressClass | possible: the prune guard judges the removals |
 */
export function emptyListIsDoubtful(kind: K8sKind, need: NodeNeed): boolean {
  if (kind === 'Service' || kind === 'EndpointSlice') return true;
  return kind === 'Node' && (!need.known || needsNodes(need));
}

function needsNodes({ ingresses, service }: NodeNeed): boolean {
  for (const ingress of ingresses) {
    for (const ref of serviceRefs(ingress)) {
      const found = service(`${ingress.metadata.namespace}/${ref.service}`);
      if (found !== undefined && isReachedAtNodes(found)) return true;
    }
  }
  return false;
}
