import type { V1Lease } from '@kubernetes/client-node';
import { present } from '../../contract/index.ts';
import type { KubernetesApi } from './api.ts';
import { segments } from './api.ts';
import { ApiError } from './api-error.ts';

/** The fields of a Lease that leadership and sequences need. */
export interface LeaseRecord {
  /** `metadata.resourceVersion`: it changes with each write. */
  readonly version: string;
  /** Empty where no replica holds the Lease. */
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
  /** Highest sequence that may have been used; 0 for none. */
  readonly reserved: number;
  /** Time of the last renewal by the holder's clock, in milliseconds since the epoch, for people; 0 for none. */
  readonly renewed: number;
}

/** The fields that a write sets; all others stay. */
export interface LeaseChange {
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
  readonly reserved: number;
  /** Milliseconds since the epoch, for people who read the Lease; no replica uses it as a deadline. */
  readonly now: number;
  /** Whether the holder changes. */
  readonly acquired: boolean;
}

/** Another writer changed or deleted the Lease in between. */
export class LeaseConflict extends Error {
  override readonly name = 'LeaseConflict';
}

/**
 * The Lease's annotation is damaged. Sequences could go back, so nothing is published until an operator removes it:
 * then the clock decides, and protocol rule 14 handles recorded sequences above it.
 */
class LeaseDamaged extends Error {
  override readonly name = 'LeaseDamaged';
}

/** The annotation with the reserved sequence: a Lease has no field for it. */
export const RESERVED_ANNOTATION = 'netscaler-passthrough/reserved-sequence';

export interface LeaseOptions {
  readonly api: KubernetesApi;
  readonly namespace: string;
  readonly name: string;
  /** Time limit of one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** Reads and writes the `coordination.k8s.io/v1` Lease; each write names the version that was read. */
export class LeaseStore {
  readonly #options: LeaseOptions;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  get id(): string {
    return `${this.#options.namespace}/${this.#options.name}`;
  }

  /** @returns undefined where the Lease does not exist yet. */
  async read(): Promise<LeaseRecord | undefined> {
    const { api, timeoutMs } = this.#options;
    try {
      return this.#record(await api.call<V1Lease>({ path: this.#path(), timeoutMs }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Creates or changes the Lease.
   *
   * @param before the Lease as read; undefined creates it.
   * @throws {LeaseConflict} where it changed since it was read.
   */
  async write(before: LeaseRecord | undefined, change: LeaseChange): Promise<LeaseRecord> {
    const { api, namespace, name, timeoutMs } = this.#options;
    const time = microTime(change.now);
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace,
        ...present({ resourceVersion: before?.version }),
        annotations: { [RESERVED_ANNOTATION]: String(change.reserved) },
      },
      spec: {
        holderIdentity: change.holder,
        leaseDurationSeconds: Math.max(1, Math.ceil(change.durationMs / 1_000)),
        leaseTransitions: change.transitions,
        renewTime: time,
        ...(change.acquired ? { acquireTime: time } : {}),
      },
    };
    try {
      const written =
        before === undefined
          ? await api.call<V1Lease>({ method: 'POST', path: this.#collection(), body, timeoutMs })
          : await api.call<V1Lease>({
              method: 'PATCH',
              path: this.#path(),
              body,
              // A merge keeps labels and annotations of others; the version in it still makes it a compare-and-set.
              contentType: 'application/merge-patch+json',
              timeoutMs,
            });
      return this.#record(written);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 409 || error.status === 404)) {
        throw new LeaseConflict(`the Lease ${this.id} was changed by another writer`, { cause: error });
      }
      throw error;
    }
  }

  #collection(): string {
    return segments`/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`;
  }

  #path(): string {
    return this.#collection() + segments`/${this.#options.name}`;
  }

  #record({ metadata, spec }: V1Lease): LeaseRecord {
    const reserved = metadata?.annotations?.[RESERVED_ANNOTATION] ?? '0';
    if (!/^\d{1,15}$/.test(reserved)) {
      throw new LeaseDamaged(
        `the annotation ${RESERVED_ANNOTATION} of the Lease ${this.id} is not a number: remove it to start by the clock`,
      );
    }
    return {
      version: metadata?.resourceVersion ?? '',
      holder: spec?.holderIdentity ?? '',
      durationMs: (spec?.leaseDurationSeconds ?? 0) * 1_000,
      transitions: spec?.leaseTransitions ?? 0,
      reserved: Number(reserved),
      renewed: spec?.renewTime === undefined ? 0 : Date.parse(String(spec.renewTime)),
    };
  }
}

/** Returns a `MicroTime`, which has six digits. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
