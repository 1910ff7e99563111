import type { K8sTlsRoute } from '../../gateway/index.ts';
import { serviceRefs } from '../../ingress/index.ts';
import type { K8sIngress, K8sService } from '../../ingress/kubernetes.ts';
import type { ReadKind } from '../source/known-kinds.ts';
import type { NodeNeed } from './empty-list.ts';
import type { KindState } from './kind-state.ts';

const readable = (state: KindState | undefined): boolean =>
  state === undefined || state.listed || state.problem !== undefined;

function* backendsIn(kinds: ReadonlyMap<ReadKind, KindState>): Iterable<string> {
  for (const ingress of kinds.get('Ingress')?.objects.values() ?? []) {
    for (const { service } of serviceRefs(ingress as K8sIngress)) yield `${ingress.metadata.namespace}/${service}`;
  }
  for (const route of kinds.get('TLSRoute')?.objects.values() ?? []) {
    const { metadata, spec } = route as K8sTlsRoute;
    for (const { backendRefs = [] } of spec.rules ?? []) {
      for (const { namespace = metadata.namespace, name = '' } of backendRefs) yield `${namespace}/${name}`;
    }
  }
}

/**
 * Returns what decides whether the cluster's Nodes are needed.
 *
 * @param podsOnly Services are reached at their pods, whatever their type.
 */
export function nodeNeed(kinds: ReadonlyMap<ReadKind, KindState>, podsOnly: boolean): NodeNeed {
  const services = kinds.get('Service');
  return {
    known: podsOnly || (services?.listed === true && readable(kinds.get('Ingress')) && readable(kinds.get('TLSRoute'))),
    backends: podsOnly ? [] : backendsIn(kinds),
    service: (name) => services?.objects.get(name) as K8sService | undefined,
  };
}
