import {
  type Backends,
  type ClientEndpoint,
  type ConformanceTarget,
  DOWN,
  type Feature,
  type Limits,
  type Manifest,
  NOWHERE,
  type Profile,
} from '../../conformance/index.ts';
import { hostPort } from '../../contract/index.ts';
import { ApiError, type KubernetesApi } from '../../forwarder/kubernetes/index.ts';

/** How a cluster and the edge in front of it are reached. */
export interface ClusterTargetOptions {
  readonly name: string;
  readonly profile: Profile;
  readonly className: string;
  readonly limits: Limits;
  /** The VIP of the cases, and perhaps a second one. */
  readonly vips: readonly [string, string | undefined];
  /** Address of this machine, as the edge reaches it: the back ends listen here. */
  readonly backendAddress: string;
  /** Where clients reach a front end that is not at its own address: `address:port` → endpoint. */
  readonly map: ReadonlyMap<string, ClientEndpoint>;
  readonly features: ReadonlySet<Feature>;
}

/** Collections of the kinds that cases use. */
const COLLECTIONS: Readonly<Record<string, (namespace: string) => string>> = {
  Namespace: () => '/api/v1/namespaces',
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  EndpointSlice: (namespace) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  Ingress: (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
  IngressClass: () => '/apis/networking.k8s.io/v1/ingressclasses',
};

/** Answers of the API server to an object that breaks its rules. */
const INVALID = new Set([400, 422]);
const MANAGER = 'nspass-conformance';

function pathOf({ kind, metadata: { name, namespace = '' } }: Manifest): string {
  const collection = COLLECTIONS[kind];
  if (collection === undefined) throw new Error(`the suite has no objects of kind ${kind}`);
  return `${collection(encodeURIComponent(namespace))}/${encodeURIComponent(name)}`;
}

const partition = <T>(list: readonly T[], wanted: (entry: T) => boolean): [T[], T[]] => [
  list.filter(wanted),
  list.filter((entry) => !wanted(entry)),
];

const namespaceObject = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Returns a cluster as a target. Everything that it creates stands in namespaces `nspass-conformance-…`. */
export function clusterTarget(
  api: KubernetesApi,
  backends: Backends,
  options: ClusterTargetOptions,
): ConformanceTarget {
  const created = new Map<string, Map<string, Manifest>>();
  // What has no namespace has a name that begins with that of its case.
  const unbound = new Map<string, Manifest>();
  const apply = (object: Manifest): Promise<unknown> =>
    api.call({
      method: 'PATCH',
      path: pathOf(object),
      query: { fieldManager: MANAGER, force: true },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  const remove = async (object: Manifest): Promise<void> => {
    await api.call({ method: 'DELETE', path: pathOf(object) }).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  };
  const applyOf = async (object: Manifest): Promise<void> => {
    const { namespace } = object.metadata;
    const list = namespace === undefined ? unbound : created.get(namespace);
    list?.set(pathOf(object), object);
    await apply(object).catch((error: unknown) => {
      if (!(error instanceof ApiError && INVALID.has(error.status))) throw error;
    });
  };
  const { vips, backendAddress, map } = options;
  return {
    name: options.name,
    features: options.features,
    profile: options.profile,
    limits: options.limits,
    className: options.className,
    vip: vips[0],
    secondVip: vips[1],
    member: (backend) => ({
      address: backendAddress,
      port: backend === DOWN ? NOWHERE.port : backends.port(backend),
    }),
    node: (backend) => {
      throw new Error(`a cluster has Nodes of its own, and none for back end ${backend}`);
    },
    endpoint: (vip, port) => map.get(hostPort(vip, port)) ?? { host: vip, port },
    async begin(namespace) {
      created.set(namespace, new Map());
      await apply(namespaceObject(namespace));
    },
    async apply(objects) {
      const [ingresses, others] = partition(objects, ({ kind }) => kind === 'Ingress');
      await Promise.all(others.map(applyOf));
      // The order of Ingresses is their age.
      for (const object of ingresses) await applyOf(object);
    },
    async remove(objects) {
      await Promise.all(objects.map(remove));
    },
    async end(namespace) {
      // Without a controller manager, a namespace alone would never take its objects with it.
      await Promise.all([...(created.get(namespace)?.values() ?? [])].map(remove));
      created.delete(namespace);
      for (const [path, object] of unbound) {
        if (!object.metadata.name.startsWith(`${namespace}-`)) continue;
        await remove(object);
        unbound.delete(path);
      }
      await remove(namespaceObject(namespace));
    },
    async addresses(namespace, name) {
      const found = await api.call<{ status?: { loadBalancer?: { ingress?: { ip?: string }[] } } }>({
        path: pathOf({ apiVersion: '', kind: 'Ingress', metadata: { namespace, name } }),
      });
      return (found.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
    },
    async reasons(namespace, name) {
      const { items } = await api.call<{ items: { reason?: string }[] }>({
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
        query: { fieldSelector: `involvedObject.kind=Ingress,involvedObject.name=${name}` },
      });
      return items.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
    },
    stop: async () => api.close(),
  };
}
