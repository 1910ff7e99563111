import type { EventsV1Event, V1Ingress, V1IngressLoadBalancerIngress } from '@kubernetes/client-node';
import { objectOf } from '../../contract/index.ts';
import type { RetrySettings } from '../../retry/full-jitter.ts';
import { type Log, silentLog } from '../../telemetry/index.ts';
import { type Clock, type IngressEvent, type IngressRef, type Reporter, systemClock } from '../ports.ts';
import { READ_VERSIONS } from '../source/known-kinds.ts';
import { type KubernetesApi, segments } from './api.ts';
import { ApiError } from './api-error.ts';
import { microTime } from './lease.ts';
import { persist, REPORT_RETRY } from './persist.ts';

export interface KubernetesReporterOptions {
  readonly api: KubernetesApi;
  /** Writes `status.loadBalancer` (REP-1). */
  readonly status: boolean;
  /** Writes Kubernetes Events (REP-2). */
  readonly events: boolean;
  /** Returns the UID of an Ingress, TLSRoute or Gateway; undefined where it no longer exists. */
  readonly uid: (ref: IngressRef) => string | undefined;
  /** Name of this replica, for `reportingInstance`. */
  readonly instance: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
  readonly retry?: RetrySettings;
}

/** `reportingController` of the Events. */
export const REPORTING_CONTROLLER = 'netscaler-passthrough/forwarder';

/** Reports to the API server: the status under the version that was read, Events as `events.k8s.io/v1`. */
export class KubernetesReporter implements Reporter {
  readonly #options: Required<KubernetesReporterOptions>;
  readonly counts = { status: 0, events: 0, failed: 0 };

  constructor(options: KubernetesReporterOptions) {
    this.#options = { clock: systemClock, random: Math.random, log: silentLog, retry: REPORT_RETRY, ...options };
  }

  async status(ref: IngressRef, change: (there: readonly string[]) => readonly string[]): Promise<void> {
    // Statuses of the Gateway API have a writer of their own.
    if (!this.#options.status || objectOf(ref).kind !== 'Ingress') return;
    await this.#persist(ref, 'status', async () => {
      const path = ingressPath(ref);
      const read = await this.#options.api.call<V1Ingress>({ path });
      const there = read.status?.loadBalancer?.ingress ?? [];
      const ingress = changeEntries(there, change);
      if (ingress === undefined) return;
      await this.#options.api.call({
        method: 'PATCH',
        path: `${path}/status`,
        contentType: 'application/merge-patch+json',
        // The list is atomic, so no merge keeps other writers' entries: the version does.
        body: {
          metadata: { resourceVersion: read.metadata?.resourceVersion },
          status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
        },
      });
      this.counts.status += 1;
    });
  }

  async event(ref: IngressRef, event: IngressEvent): Promise<void> {
    const { events, uid, api, clock } = this.#options;
    const ownUid = uid(ref);
    if (!events || ownUid === undefined) return;
    const body = this.#event(ref, ownUid, event, Math.floor(clock.now()));
    await this.#persist(ref, 'event', async () => {
      try {
        await api.call({
          method: 'POST',
          path: segments`/apis/events.k8s.io/v1/namespaces/${ref.namespace}/events`,
          body,
        });
      } catch (error) {
        // The name is unique to this Event: an earlier attempt arrived, and its answer did not.
        if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
      }
      this.counts.events += 1;
    });
  }

  #event(ref: IngressRef, uid: string, event: IngressEvent, now: number): EventBody {
    const { namespace } = ref;
    const { kind, name } = objectOf(ref);
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, 220)}.${this.#unique(now)}`, namespace },
      eventTime: microTime(now),
      reportingController: REPORTING_CONTROLLER,
      reportingInstance: this.#options.instance.slice(0, 128),
      action: 'Reconcile',
      reason: event.reason.slice(0, 128),
      type: event.type,
      note: event.message.slice(0, 1_024),
      regarding: { apiVersion: READ_VERSIONS[kind][0] as string, kind, namespace, name, uid },
    };
  }

  /** Returns time and random digits in hexadecimal, as client-go names its Events. */
  #unique(now: number): string {
    const chance = Math.floor(this.#options.random() * 2 ** 32);
    return `${now.toString(16)}${chance.toString(16).padStart(8, '0')}`;
  }

  async #persist(ref: IngressRef, what: 'status' | 'event', write: () => Promise<void>): Promise<void> {
    try {
      await persist(write, this.#options);
    } catch (error) {
      this.counts.failed += 1;
      this.#options.log.warn('cannot report on an object', { ...ref, what, error: error as Error });
      throw error;
    }
  }
}

/** An Event with `eventTime` as text, where client-node's type wants its own date class. */
type EventBody = Omit<EventsV1Event, 'eventTime'> & { readonly eventTime: string };

function ingressPath({ namespace, name }: IngressRef): string {
  return segments`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`;
}

/**
 * Returns the new entries of the status. Entries of others (host names, addresses that stay) are kept with their ports.
 *
 * @returns undefined where nothing changes.
 */
export function changeEntries(
  there: readonly V1IngressLoadBalancerIngress[],
  change: (there: readonly string[]) => readonly string[],
): V1IngressLoadBalancerIngress[] | undefined {
  const before = there.flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
  const after = new Set(change(before));
  const kept = there.filter(({ ip }) => ip === undefined || after.has(ip));
  const news = [...after].filter((ip) => !before.includes(ip)).map((ip) => ({ ip }));
  return kept.length === there.length && news.length === 0 ? undefined : [...kept, ...news];
}
