import type { ReadKind } from '../source/known-kinds.ts';
import { projectAny } from '../source/projection.ts';
import type { SourceObject } from '../source/source.ts';
import type { KubernetesApi } from './api.ts';
import { WATCHED } from './kinds.ts';
import { ListSplitter } from './list-splitter.ts';
import { withoutManagedFields } from './managed-fields.ts';
import { metadataOnly } from './metadata-only.ts';

/** Number of objects in one page. */
const PAGE = 500;

/** Kinds without a namespace. */
const CLUSTER_SCOPED: ReadonlySet<ReadKind> = new Set(['IngressClass', 'Node', 'Namespace', 'GatewayClass']);

/** Returns the path of a collection in one namespace: `/api/v1/namespaces/shop/services`. */
function pathIn(path: string, namespace: string): string {
  const cut = path.lastIndexOf('/');
  return `${path.slice(0, cut)}/namespaces/${encodeURIComponent(namespace)}${path.slice(cut)}`;
}

/** Which objects are listed. */
export interface ReadOptions {
  /** Undefined: all namespaces. */
  readonly namespace?: string | undefined;
  /** Collection in all namespaces, where it is not that of {@link WATCHED}. */
  readonly path?: string;
  readonly signal: AbortSignal;
}

/**
 * Lists all objects of a kind once. A command needs the error of the first request, where a watch would retry.
 *
 * @throws {ApiError | ApiTimeoutError} or the error of the connection.
 */
export async function readOnce<K extends ReadKind>(
  api: KubernetesApi,
  kind: K,
  { namespace, path = WATCHED[kind].path, signal }: ReadOptions,
): Promise<Extract<SourceObject, { kind: K }>[]> {
  const objects: SourceObject[] = [];
  const collection = namespace === undefined || CLUSTER_SCOPED.has(kind) ? path : pathIn(path, namespace);
  const accept = WATCHED[kind].metadataOnly ? { accept: metadataOnly('list') } : {};
  let next: string | undefined;
  do {
    const splitter = new ListSplitter((json) => {
      objects.push(projectAny(kind, JSON.parse(withoutManagedFields(json)), () => {}));
    });
    const query = { limit: PAGE, continue: next };
    for await (const chunk of await api.stream({ path: collection, query, signal, ...accept })) splitter.push(chunk);
    next = splitter.end().metadata?.continue;
  } while (next !== undefined && next !== '');
  return objects as Extract<SourceObject, { kind: K }>[];
}
