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
import type { ClusterQuery, ClusterRead, ClusterReader } from './lint.ts';

/** Longest reading of a whole cluster, in milliseconds. */
const PATIENCE_MS = 120_000;

const BY_NODE = new Set(['LoadBalancer', 'NodePort']);

/**
 * Reads a cluster once, in the form that the forwarder has it: what it would see is what is linted.
 *
 * @param access the way to the API server, by kubeconfig and context; that of the current context by default.
 */
export function clusterReader(
  access: (kubeconfig?: string, context?: string) => Promise<ApiAccess> = kubeconfigAccess,
): ClusterReader {
  return {
    async read({ kubeconfig, context, namespace }: ClusterQuery = {}, reading = () => {}) {
      const way = await access(kubeconfig, context);
      const api = createApi({ access: way });
      const late = new AbortController();
      const timer = systemClock.after(PATIENCE_MS, () =>
        late.abort(new Error(`no whole answer within ${PATIENCE_MS / 1000} s`)),
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

/** Lists of one cluster, with errors that say what to do. */
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

  /** Undefined where a namespace is all that may be read. */
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
  // Without a Service that is reached by nodes, they are nobody's concern.
  const byNode = services.some((object) => object.kind === 'Service' && BY_NODE.has(object.spec.type ?? ''));
  const nodes = byNode ? await lists.of('Node') : [];
  return {
    objects: [...ingresses, ...(classes ?? []), ...services, ...slices, ...nodes],
    classesKnown: classes !== undefined,
  };
}
