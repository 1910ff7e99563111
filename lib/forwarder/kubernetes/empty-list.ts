import { isReachedAtNodes } from '../../ingress/index.ts';
import type { K8sService } from '../../ingress/kubernetes.ts';
import type { ReadKind } from '../source/known-kinds.ts';

/** The objects that decide whether Nodes are needed. */
export interface NodeNeed {
  /** Whether Ingresses, TLSRoutes and Services were read, as far as they can be. */
  readonly known: boolean;
  /** Services that Ingresses and TLSRoutes lead to, as `namespace/name`. */
  readonly backends: Iterable<string>;
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
 * | Namespace | doubtful: every API server keeps `default` |
 * | Node | doubtful where a back end is a Service whose members are nodes (END-2), or while that is unknown |
 * | Ingress, IngressClass, kinds of the Gateway API | possible: the prune guard judges the removals |
 */
export function emptyListIsDoubtful(kind: ReadKind, need: NodeNeed): boolean {
  if (kind === 'Service' || kind === 'EndpointSlice' || kind === 'Namespace') return true;
  return kind === 'Node' && (!need.known || needsNodes(need));
}

function needsNodes({ backends, service }: NodeNeed): boolean {
  for (const name of backends) {
    const found = service(name);
    if (found !== undefined && isReachedAtNodes(found)) return true;
  }
  return false;
}
