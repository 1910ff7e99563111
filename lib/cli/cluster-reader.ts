import { systemClock } from '../forwarder/index.ts';
import {
  type ApiAccess,
  ApiError,
  createApi,
  type KubernetesApi,
  kubeconfigAccess,
  readOnce,
  resourceName,
} from '../forwarder/kubernetes/index.ts';
import type { K8sKind, K8sObject } from '../ingress/index.ts';
import { clusterFailure } from './cluster-failure.ts';
import type { ClusterQuery, ClusterRead, ClusterReader } from './cluster-sources.ts';

/** Longest time to read a whole cluster, in milliseconds. */
const TIMEOUT_MS = 120_000;

const BY_NODE = new Set(['LoadBalancer', 'NodePort']);

/**
 * Reads a cluster once, in the form that the forwarder sees, so that both judge the same objects.
 *
 * @param access to the API server, by kubeconfig and context; by default that of the current context.
 */
export function clusterReader(
  access: (kubeconfig?: string, context?: string) => Promise<ApiAccess> = kubeconfigAccess,
): ClusterReader {
  return {
    async read({ kubeconfig, context, namespace }: ClusterQuery = {}, reading = () => {}) {
      const way = await access(kubeconfig, context);
      const api = createApi({ access: way });
      const late = new AbortController();
      const timer = systemClock.after(TIMEOUT_MS, () =>
        late.abort(new Error(`no complete answer within ${TIMEOUT_MS / 1000} s`)),
      );
      try {
        return await readAll(new Lists(api, way.server, namespace, late.signal, reading));
      } finally {
        timer.cancel();
        api.close();
      }
    },
  };
}

/** Lists objects of one cluster, with errors that name a remedy. */
class Lists {
  readonly namespace: string | undefined;
  readonly #api: KubernetesApi;
  readonly #server: string;
  readonly #signal: AbortSignal;
  readonly #reading: (what: string) => void;

  constructor(
    api: KubernetesApi,
    server: string,
    namespace: string | undefined,
    signal: AbortSignal,
    reading: (what: string) => void,
  ) {
    this.#api = api;
    this.#server = server;
    this.namespace = namespace;
    this.#signal = signal;
    this.#reading = reading;
  }

  async of(kind: K8sKind): Promise<K8sObject[]> {
    this.#reading(`${resourceName(kind)} of ${this.#server}`);
    try {
      return await readOnce(this.#api, kind, this.namespace, this.#signal);
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw Object.assign(new Error(clusterFailure(error, this.#server, resourceName(kind)), { cause: error }), {
        forbidden: error instanceof ApiError && error.status === 403,
      });
    }
  }

  /** Lists objects outside namespaces. @returns undefined if permissions end at the namespace. */
  async ofCluster(kind: K8sKind): Promise<K8sObject[] | undefined> {
    try {
      return await this.of(kind);
    } catch (error) {
      if (this.namespace !== undefined && (error as { forbidden?: boolean }).forbidden) return undefined;
      throw error;
    }
  }
}

async function readAll(lists: Lists): Promise<ClusterRead> {
  const ingresses = await lists.of('Ingress');
  const classes = await lists.ofCluster('IngressClass');
  const services = await lists.of('Service');
  const slices = await lists.of('EndpointSlice');
  // Nodes are read only for Services that are reached through them.
  const byNode = services.some((object) => object.kind === 'Service' && BY_NODE.has(object.spec.type ?? ''));
  const nodes = byNode ? await lists.of('Node') : [];
  return {
    objects: [...ingresses, ...(classes ?? []), ...services, ...slices, ...nodes],
    classesKnown: classes !== undefined,
  };
}
