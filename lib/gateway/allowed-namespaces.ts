import type { K8sListener } from './kubernetes.ts';
import { selects } from './label-selector.ts';
import type { GatewayView } from './view.ts';

/** Label that the API server gives every Namespace: its own name. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Whether a listener takes routes of a namespace. `unknown`: it did not select the namespace, whose labels are unknown. */
export type NamespaceAnswer = 'yes' | 'no' | 'unknown';

/**
 * Returns whether a listener takes routes of a namespace (GW-9). Source: `RouteNamespaces` in apis/v1/gateway_types.go.
 *
 * | `allowedRoutes.namespaces.from` | takes routes of |
 * |---|---|
 * | `Same`, also where absent | the namespace of the Gateway |
 * | `All` | all namespaces |
 * | `Selector` | namespaces whose labels the selector matches; none without a selector |
 * | any other | none |
 */
export function allowsNamespace(
  { allowedRoutes }: K8sListener,
  own: string,
  namespace: string,
  view: GatewayView,
): NamespaceAnswer {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  if (from === 'All') return 'yes';
  if (from === 'Same') return namespace === own ? 'yes' : 'no';
  if (from !== 'Selector') return 'no';
  const labels = view.namespaceLabels(namespace);
  if (selects(selector, { ...labels, [NAME_LABEL]: namespace })) return 'yes';
  return labels === undefined ? 'unknown' : 'no';
}
