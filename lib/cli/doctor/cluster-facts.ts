import { present } from '../../contract/index.ts';
import {
  AccessError,
  type ApiAccess,
  ApiError,
  createApi,
  FORWARDER_RIGHTS,
  type ForwarderRight,
  type KubernetesApi,
  kubeconfigAccess,
  type LeaseRecord,
  LeaseStore,
  segments,
} from '../../forwarder/kubernetes/index.ts';
import { clusterFailure } from '../cluster-failure.ts';
import type { ClusterQuery } from '../cluster-sources.ts';
import { type ClockReading, dateReading } from './clock.ts';
import { type RightsSettings, settingsIn } from './rights-settings.ts';

/** The Deployment of the forwarder, as far as it matters here. */
export interface ForwarderDeployment {
  readonly name: string;
  readonly serviceAccount: string;
  readonly wanted: number;
  readonly ready: number;
}

/** What the user of the kubeconfig may see. */
export type Readable<T> =
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'missing' }
  | { readonly state: 'unknown'; readonly reason: string };

/** How the API server was met. */
export type ClusterContact =
  | { readonly result: 'accepted'; readonly user: string | undefined }
  | { readonly result: 'rejected' | 'silent' | 'not called'; readonly reason: string };

/** Everything that was read of a cluster that answers. */
export interface ClusterFacts {
  readonly namespace: string;
  /** `system:serviceaccount:…` of the forwarder. */
  readonly account: string;
  readonly forwarder: Readable<ForwarderDeployment>;
  readonly settings: RightsSettings;
  /** Whether the settings are those of the ConfigMap, and not the chart's defaults. */
  readonly settingsRead: boolean;
  /**
   * Who was asked about: the account, or the user of the kubeconfig, where that user may not ask about others.
   */
  readonly asked: 'account' | 'self';
  readonly rights: readonly { readonly right: ForwarderRight; readonly allowed: boolean | string }[];
  /** Name of the Lease, with its namespace. */
  readonly leaseId: string;
  readonly lease: Readable<LeaseRecord>;
  readonly clock: ClockReading | undefined;
}

export interface ClusterFactsOptions extends Omit<ClusterQuery, 'namespace'> {
  readonly namespace: string;
  /** Default: that of the Deployment, or of the chart. */
  readonly serviceAccount?: string;
  /** Receives what is looked at next. */
  readonly looking: (what: string) => void;
  /** Default: by kubeconfig and context. */
  readonly access?: (kubeconfig?: string, context?: string) => Promise<ApiAccess>;
}

/** Names of the chart, with a release that is named `nspass`. */
const CHART = { serviceAccount: 'nspass-forwarder', lease: 'nspass-netscaler-passthrough' };
const SELECTOR = 'app.kubernetes.io/name=netscaler-passthrough,app.kubernetes.io/component=forwarder';
const TIMEOUT_MS = 10_000;

/** Contacts the API server, and reads everything that the checks need. */
export async function gatherCluster(
  options: ClusterFactsOptions,
): Promise<{ readonly server: string; readonly contact: ClusterContact; readonly facts?: ClusterFacts }> {
  const { kubeconfig, context, access = kubeconfigAccess } = options;
  let way: ApiAccess;
  try {
    way = await access(kubeconfig, context);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return { server: context ?? 'the cluster', contact: { result: 'not called', reason: error.message } };
  }
  let before = Date.now();
  let clock: ClockReading | undefined;
  const answered = ({ date }: { readonly date?: string | undefined }): void => {
    clock = dateReading(date, before, Date.now());
  };
  const api = createApi({ access: way, answered });
  try {
    options.looking(way.server);
    before = Date.now();
    const contact = await contactOf(api, way.server);
    if (contact.result !== 'accepted') return { server: way.server, contact };
    const at = clock;
    return { server: way.server, contact, facts: { ...(await lookAround(api, options, contact.user)), clock: at } };
  } finally {
    api.close();
  }
}

interface SelfSubjectReview {
  readonly status?: { readonly userInfo?: { readonly username?: string } };
}

/** Asks who the user is, which every user may who is logged in. Older servers do not know the question. */
async function contactOf(api: KubernetesApi, server: string): Promise<ClusterContact> {
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  try {
    const { status } = await api.call<SelfSubjectReview>({ method: 'POST', path, body: {}, timeoutMs: TIMEOUT_MS });
    return { result: 'accepted', user: status?.userInfo?.username };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = clusterFailure(error, server, 'the cluster');
    if (error instanceof ApiError) {
      if (error.status === 401) return { result: 'rejected', reason };
      return error.status < 500 ? { result: 'accepted', user: undefined } : { result: 'silent', reason };
    }
    const { syscall = '' } = error as NodeJS.ErrnoException;
    return { result: syscall.startsWith('spawn') ? 'not called' : 'silent', reason };
  }
}

async function lookAround(
  api: KubernetesApi,
  options: ClusterFactsOptions,
  user: string | undefined,
): Promise<Omit<ClusterFacts, 'clock'>> {
  const { namespace, looking } = options;
  looking(`the forwarder in ${namespace}`);
  const forwarder = await readable(async () => deploymentOf(api, namespace));
  const name = forwarder.state === 'there' ? forwarder.value.name : CHART.lease;
  const config = await readable(() => configOf(api, namespace, name));
  const settings = settingsIn(config.state === 'there' ? config.value : undefined, { name, namespace });
  const serviceAccount =
    options.serviceAccount ?? (forwarder.state === 'there' ? forwarder.value.serviceAccount : CHART.serviceAccount);
  const account = `system:serviceaccount:${namespace}:${serviceAccount}`;
  looking(`the rights of ${account}`);
  const { asked, rights } = await rightsOf(api, account, namespace, settings, user);
  const { leaseNamespace, leaseName } = settings;
  const store = new LeaseStore({ api, namespace: leaseNamespace, name: leaseName, timeoutMs: TIMEOUT_MS });
  looking(`the lease ${store.id}`);
  const lease = await readable(() => store.read());
  const settingsRead = config.state === 'there';
  return { namespace, account, forwarder, settings, settingsRead, asked, rights, leaseId: store.id, lease };
}

/** Reads something that the user may not be allowed to, or that is not there. */
async function readable<T>(read: () => Promise<T | undefined>): Promise<Readable<T>> {
  try {
    const value = await read();
    return value === undefined ? { state: 'missing' } : { state: 'there', value };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { state: 'missing' };
    return { state: 'unknown', reason: (error as Error).message };
  }
}

interface DeploymentList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly replicas?: number;
      readonly template: { readonly spec: { readonly serviceAccountName?: string } };
    };
    readonly status?: { readonly readyReplicas?: number };
  }[];
}

async function deploymentOf(api: KubernetesApi, namespace: string): Promise<ForwarderDeployment | undefined> {
  const path = segments`/apis/apps/v1/namespaces/${namespace}/deployments`;
  const query = { labelSelector: SELECTOR };
  const [first] = (await api.call<DeploymentList>({ path, query, timeoutMs: TIMEOUT_MS })).items;
  if (first === undefined) return undefined;
  return {
    name: first.metadata.name,
    serviceAccount: first.spec.template.spec.serviceAccountName ?? 'default',
    wanted: first.spec.replicas ?? 1,
    ready: first.status?.readyReplicas ?? 0,
  };
}

/** Returns the configuration of the forwarder; its ConfigMap is named like the Deployment. */
async function configOf(api: KubernetesApi, namespace: string, name: string): Promise<string | undefined> {
  const path = segments`/api/v1/namespaces/${namespace}/configmaps/${name}`;
  const { data } = await api.call<{ data?: Record<string, string> }>({ path, timeoutMs: TIMEOUT_MS });
  return data?.['config.json'];
}

async function rightsOf(
  api: KubernetesApi,
  account: string,
  namespace: string,
  settings: RightsSettings,
  user: string | undefined,
): Promise<Pick<ClusterFacts, 'asked' | 'rights'>> {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const needed = FORWARDER_RIGHTS.filter(({ switchedBy = [] }) => switchedBy.every((each) => settings.on[each]));
  const ask = async (right: ForwarderRight, self: boolean): Promise<boolean> =>
    review(api, self ? 'selfsubjectaccessreviews' : 'subjectaccessreviews', {
      ...(self ? {} : { user: account, groups }),
      resourceAttributes: attributesOf(right, settings),
    });
  // The user of the kubeconfig may be the account itself, and may not ask about others.
  const self = user !== account && (await mayNotAsk(() => ask(needed[0] as ForwarderRight, false)));
  const alone = self || user === account;
  const rights = await Promise.all(
    needed.map(async (right) => ({
      right,
      allowed: await ask(right, alone).catch((error: Error) => error.message),
    })),
  );
  return { asked: self ? 'self' : 'account', rights };
}

async function mayNotAsk(ask: () => Promise<boolean>): Promise<boolean> {
  try {
    await ask();
    return false;
  } catch (error) {
    return error instanceof ApiError && error.status === 403;
  }
}

async function review(api: KubernetesApi, resource: string, spec: object): Promise<boolean> {
  const path = `/apis/authorization.k8s.io/v1/${resource}`;
  const { status } = await api.call<{ status?: { allowed?: boolean } }>({
    method: 'POST',
    path,
    body: { spec },
    timeoutMs: TIMEOUT_MS,
  });
  return status?.allowed === true;
}

function attributesOf(
  { verb, group, resource, object, inLeaseNamespace }: ForwarderRight,
  { leaseName, leaseNamespace }: RightsSettings,
): Record<string, string> {
  const [kind = '', subresource] = resource.split('/');
  const name = object === 'lease' ? leaseName : object;
  const namespace = inLeaseNamespace === true ? leaseNamespace : undefined;
  return present({ verb, group, resource: kind, subresource, name, namespace });
}
