import { GATEWAY_GROUP } from '../../gateway/kubernetes.ts';
import type { KubernetesApi } from './api.ts';
import { ApiError } from './api-error.ts';

/** The Gateway API as an API server serves it. */
export interface ServedGatewayApi {
  /** Collection of ReferenceGrants; undefined where they are not served, and so none permits anything. */
  readonly grantsPath: string | undefined;
}

/** What an API server says about the Gateway API. */
export interface GatewayApiAnswer {
  /** Undefined where a needed kind is not served. */
  readonly served: ServedGatewayApi | undefined;
  /** Needed kinds that it lacks although it serves others of the group: it has an older Gateway API. */
  readonly lacking: readonly string[];
}

interface ResourceList {
  readonly resources?: readonly { readonly name?: string }[];
}

/** Kinds without which nothing can be routed. */
const NEEDED = ['gatewayclasses', 'gateways', 'tlsroutes'];

/**
 * Asks an API server whether it serves the Gateway API. Every authenticated user has this right (`system:discovery`).
 *
 * @throws {ApiError | ApiTimeoutError} or the error of the connection.
 */
export async function askGatewayApi(api: KubernetesApi, signal: AbortSignal): Promise<GatewayApiAnswer> {
  const resources = await resourcesOf(api, 'v1', signal);
  const missing = NEEDED.filter((name) => !resources.has(name));
  if (missing.length > 0) return { served: undefined, lacking: resources.size === 0 ? [] : missing };
  for (const version of ['v1', 'v1beta1']) {
    const there = version === 'v1' ? resources : await resourcesOf(api, version, signal);
    if (!there.has('referencegrants')) continue;
    return { served: { grantsPath: `/apis/${GATEWAY_GROUP}/${version}/referencegrants` }, lacking: [] };
  }
  return { served: { grantsPath: undefined }, lacking: [] };
}

async function resourcesOf(api: KubernetesApi, version: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  try {
    const { resources = [] } = await api.call<ResourceList>({ path: `/apis/${GATEWAY_GROUP}/${version}`, signal });
    return new Set(resources.flatMap(({ name }) => (name === undefined ? [] : [name])));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return new Set();
    throw error;
  }
}
