import type { SourceKind } from '../../contract/index.ts';
import {
  type ApiAccess,
  createApi,
  kubeconfigAccess,
  REPORTING_CONTROLLER,
  segments,
} from '../../forwarder/kubernetes/index.ts';
import type { ClusterQuery } from '../cluster-sources.ts';

/** Reads the newest warning of this system on an object; undefined if there is none, or it may not be read. */
export type WarningReader = (
  query: ClusterQuery,
  object: { readonly kind: SourceKind; readonly namespace: string; readonly name: string },
) => Promise<string | undefined>;

interface EventItem {
  readonly eventTime?: string;
  readonly reportingController?: string;
  readonly type?: string;
  readonly note?: string;
}

/** Longest time to read the Events of an object, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Returns a reader of the Kubernetes Events that the forwarder writes (REP-2). */
export function warningReader(
  access: (kubeconfig?: string, context?: string) => Promise<ApiAccess> = kubeconfigAccess,
): WarningReader {
  return async ({ kubeconfig, context }, { kind, namespace, name }) => {
    const api = createApi({ access: await access(kubeconfig, context) });
    try {
      const { items } = await api.call<{ items: readonly EventItem[] }>({
        path: segments`/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
        query: { fieldSelector: `regarding.kind=${kind},regarding.name=${name}` },
        timeoutMs: TIMEOUT_MS,
      });
      return newestWarning(items);
    } catch {
      // A user who reads Ingresses may lack the permission for Events, and all else is still worth showing.
      return undefined;
    } finally {
      api.close();
    }
  };
}

/** Returns the note of the newest Event of this system, if that is a warning: a later success has ended earlier ones. */
export function newestWarning(items: readonly EventItem[]): string | undefined {
  const [newest] = items
    .filter(({ reportingController }) => reportingController === REPORTING_CONTROLLER)
    .sort((a, b) => (b.eventTime ?? '').localeCompare(a.eventTime ?? ''));
  if (newest?.type !== 'Warning') return undefined;
  // Others may write Events under this name, and a terminal would obey what they contain.
  return newest.note?.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
