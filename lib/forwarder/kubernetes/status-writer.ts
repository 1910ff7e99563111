import type { GatewayCrd } from '../../gateway/index.ts';
import { GATEWAY_GROUP } from '../../gateway/kubernetes.ts';
import type { RetrySettings } from '../../retry/full-jitter.ts';
import { type Log, silentLog } from '../../telemetry/index.ts';
import { type Clock, type StatusOwner, type StatusRef, type StatusWriter, systemClock } from '../ports.ts';
import { type KubernetesApi, segments } from './api.ts';
import { ApiError } from './api-error.ts';
import { GATEWAY_CRDS } from './kinds.ts';
import { persist, REPORT_RETRY } from './persist.ts';

export interface KubernetesStatusWriterOptions {
  readonly api: KubernetesApi;
  /** Throws where this process no longer leads, before each write. */
  readonly assert?: () => void;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
  readonly retry?: RetrySettings;
  /** Counts what is written, and what failed for good. */
  readonly counts?: { status: number; failed: number };
}

interface RawObject {
  readonly metadata?: {
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status?: unknown;
}

const PLURALS = { GatewayClass: 'gatewayclasses', Gateway: 'gateways', TLSRoute: 'tlsroutes' } as const;
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';

function pathOf({ kind, namespace, name }: StatusRef): string {
  const plural = PLURALS[kind];
  return kind === 'GatewayClass'
    ? segments`/apis/${GATEWAY_GROUP}/v1/${plural}/${name}`
    : segments`/apis/${GATEWAY_GROUP}/v1/namespaces/${namespace}/${plural}/${name}`;
}

/** Writes statuses of the Gateway API to the API server: a merge patch of `/status`, under the version that was read. */
export class KubernetesStatusWriter implements StatusWriter {
  readonly #options: Required<KubernetesStatusWriterOptions>;

  constructor(options: KubernetesStatusWriterOptions) {
    const defaults = { assert: () => {}, clock: systemClock, random: Math.random, log: silentLog };
    this.#options = { ...defaults, retry: REPORT_RETRY, counts: { status: 0, failed: 0 }, ...options };
  }

  async write(
    ref: StatusRef,
    change: (object: StatusOwner) => object | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { api, assert, log, counts } = this.#options;
    const path = pathOf(ref);
    const attempt = async (): Promise<boolean> => {
      const { metadata = {}, status } = await api.call<RawObject>({ path, signal });
      const next = change({ uid: metadata.uid, generation: metadata.generation, status });
      if (next === undefined) return false;
      assert();
      await api.call({
        method: 'PATCH',
        path: `${path}/status`,
        contentType: 'application/merge-patch+json',
        // Conditions and parents are lists, which a merge patch replaces: the version keeps other writers' entries.
        body: { metadata: { resourceVersion: metadata.resourceVersion }, status: next },
        signal,
      });
      return true;
    };
    try {
      const written = (await persist(attempt, { ...this.#options, signal })) === true;
      if (written) counts.status += 1;
      return written;
    } catch (error) {
      if (!signal.aborted) {
        counts.failed += 1;
        log.warn('cannot write the status of an object', { ...ref, error: error as Error });
      }
      throw error;
    }
  }

  async crds(): Promise<readonly GatewayCrd[] | undefined> {
    try {
      const found = await Promise.all(GATEWAY_CRDS.map((name) => this.#crd(name)));
      return found.filter((each) => each !== undefined);
    } catch (error) {
      this.#options.log.debug('cannot read the CRDs of the Gateway API', { error: error as Error });
      return undefined;
    }
  }

  async #crd(name: string): Promise<GatewayCrd | undefined> {
    try {
      const path = segments`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      const { metadata } = await this.#options.api.call<RawObject>({ path, accept: METADATA });
      const bundleVersion = metadata?.annotations?.[BUNDLE_VERSION];
      return { name, ...(bundleVersion === undefined ? {} : { bundleVersion }) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}
