import { systemClock } from '../forwarder/index.ts';
import {
  type ApiAccess,
  ApiError,
  askGatewayApi,
  createApi,
  type KubernetesApi,
  kubeconfigAccess,
  type ReadOptions,
  readOnce,
  resourceName,
  type ServedGatewayApi,
} from '../forwarder/kubernetes/index.ts';
import type { ReadKind } from '../forwarder/source/known-kinds.ts';
import type { GatewayObject } from '../gateway/index.ts';
import { clusterFailure } from './cluster-failure.ts';
import type { ClusterQuery, ClusterRead, ClusterReader, GatewaysRead } from './cluster-sources.ts';

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

  /** @param where another namespace or collection than that of the command. */
  async of<K extends ReadKind>(kind: K, where: Omit<ReadOptions, 'signal'> = { namespace: this.namespace }) {
    this.#reading(`${resourceName(kind)} of ${this.#server}`);
    return this.#named(resourceName(kind), () => readOnce(this.#api, kind, { ...where, signal: this.#signal }));
  }

  /** Lists objects outside namespaces. @returns undefined if permissions end at the namespace. */
  async ofCluster<K extends ReadKind>(kind: K, where: Omit<ReadOptions, 'signal'> = {}) {
    try {
      return await this.of(kind, where);
    } catch (error) {
      if (this.namespace !== undefined && isForbidden(error)) return undefined;
      throw error;
    }
  }

  /** Returns how the API server serves the Gateway API; undefined where it does not. */
  async gatewayApi(): Promise<ServedGatewayApi | undefined> {
    const { served } = await this.#named('the APIs of gateway.networking.k8s.io', () =>
      askGatewayApi(this.#api, this.#signal),
    );
    return served;
  }

  async #named<T>(resource: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw Object.assign(new Error(clusterFailure(error, this.#server, resource), { cause: error }), {
        forbidden: error instanceof ApiError && error.status === 403,
      });
    }
  }
}

const isForbidden = (error: unknown): boolean => (error as { forbidden?: boolean }).forbidden === true;

async function readAll(lists: Lists): Promise<ClusterRead> {
  const ingresses = await lists.of('Ingress');
  const classes = await lists.ofCluster('IngressClass');
  const services = await lists.of('Service');
  const slices = await lists.of('EndpointSlice');
  // Nodes are read only for Services that are reached through them.
  const byNode = services.some(({ spec }) => BY_NODE.has(spec.type ?? ''));
  const nodes = byNode ? await lists.of('Node') : [];
  return {
    objects: [...ingresses, ...(classes ?? []), ...services, ...slices, ...nodes],
    classesKnown: classes !== undefined,
    gateways: await readGateways(lists),
  };
}

const UNREAD: GatewaysRead = { objects: [], extent: 'unread' };

/**
 * Reads the Gateway API where the cluster serves it. Gateways and ReferenceGrants of other namespaces belong to the routes
 * of one namespace, too, if they may be read. Who may not read these kinds can still look at Ingresses.
 */
async function readGateways(lists: Lists): Promise<GatewaysRead> {
  try {
    const served = await lists.gatewayApi();
    if (served === undefined) return UNREAD;
    const routes = await lists.of('TLSRoute');
    const classes = await lists.ofCluster('GatewayClass');
    const namespaces = await lists.ofCluster('Namespace');
    const gateways = await lists.ofCluster('Gateway');
    const path = served.grantsPath;
    const grants = path === undefined ? [] : await lists.ofCluster('ReferenceGrant', { path });
    const all = [classes, namespaces, gateways ?? (await lists.of('Gateway')), grants, routes];
    return {
      objects: all.flatMap((objects): readonly GatewayObject[] => objects ?? []),
      extent: lists.namespace === undefined ? 'whole' : 'part',
    };
  } catch (error) {
    if (isForbidden(error)) return { ...UNREAD, problem: `TLSRoutes were not read: ${(error as Error).message}` };
    throw error;
  }
}
