import type { K8sKind, K8sObject } from '../../ingress/kubernetes.ts';
import { projectObject } from '../source/kubernetes-projection.ts';
import type { KubernetesApi } from './api.ts';
import { WATCHED } from './kinds.ts';
import { ListSplitter } from './list-splitter.ts';
import { withoutManagedFields } from './managed-fields.ts';

/** Number of objects in one page. */
const PAGE = 500;

/** Kinds without a namespace. */
const CLUSTER_SCOPED: ReadonlySet<K8sKind> = new Set(['IngressClass', 'Node']);

/** Returns the path of a kind in one namespace: `/api/v1/namespaces/shop/services`. */
function pathOf(kind: K8sKind, namespace: string | undefined): string {
  const { path } = WATCHED[kind];
  if (namespace === undefined || CLUSTER_SCOPED.has(kind)) return path;
  const cut = path.lastIndexOf('/');
  return `${path.slice(0, cut)}/namespaces/${encodeURIComponent(namespace)}${path.slice(cut)}`;
}

/**
 * Lists all objects of a kind once. A command needs the error of the first request, where a watch would retry.
 *
 * @param namespace undefined: all namespaces.
 * @throws {ApiError | ApiTimeoutError} or the error of the connection.
 */
export async function readOnce(
  api: KubernetesApi,
  kind: K8sKind,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<K8sObject[]> {
  const objects: K8sObject[] = [];
  let next: string | undefined;
  do {
    const splitter = new ListSplitter((json) => {
      objects.push(projectObject(kind, JSON.parse(withoutManagedFields(json)), () => {}));
    });
    const query = { limit: PAGE, continue: next };
    for await (const chunk of await api.stream({ path: pathOf(kind, namespace), query, signal })) splitter.push(chunk);
    next = splitter.end().metadata?.continue;
  } while (next !== undefined && next !== '');
  return objects;
}
