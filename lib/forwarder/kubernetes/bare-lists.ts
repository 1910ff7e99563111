import { isReachedAtNodes, serviceRefs } from '../../ingress/index.ts';
import type { K8sIngress, K8sKind, K8sService } from '../../ingress/kubernetes.ts';

/** As much of the cluster as tells whether Nodes are needed. */
export interface NodeNeed {
  /** Ingresses and Services were read, as far as they can be. */
  readonly known: boolean;
  readonly ingresses: Iterable<K8sIngress>;
  /** @param name `namespace/name`. */
  readonly service: (name: string) => K8sService | undefined;
}

/**
 * Judges whether a list that holds nothing of its kind can be true (LIF-6). An API server whose etcd was restored, or a
 * cache before it, answers with one that is well-formed and wrong.
 *
 * | kind | nothing at all is |
 * |---|---|
 * | Service, EndpointSlice | doubtful: every API server keeps `default/kubernetes` of both |
 * | Node | doubtful where an Ingress leads to a Service whose members are nodes (END-2), or while that is not known |
 * | Ingress, IngressClass | possible: the prune guard looks at what goes |
 */
export function bareIsDoubtful(kind: K8sKind, need: NodeNeed): boolean {
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
