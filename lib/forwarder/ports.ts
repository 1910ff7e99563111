import type { BusEvent, Finding, ReceivedEvent } from '../contract/index.ts';
import type { GatewayCrd } from '../gateway/index.ts';
import type { SourceProblem } from './source/source.ts';

/** The ports of the forwarder, apart from the cluster (`source.ts`). */

/** An Ingress by name; a TLSRoute or Gateway has its kind in front of its name, as an owner has (`tlsroute/web`). */
export interface IngressRef {
  readonly namespace: string;
  readonly name: string;
}

/** Puts events on the bus; `createPublisher` of `lib/aws` is one. */
export interface Publisher {
  /**
   * @param events at most ten; the order among them does not matter, each is about another Ingress or range.
   * @returns the events that the bus rejected. After an exception any of them may have been accepted or not.
   */
  publish(events: readonly BusEvent[]): Promise<{ readonly failed: readonly { event: BusEvent; error: Error }[] }>;
}

/** Receives the outcomes of this cluster, and `Resync Requested`. */
export interface OutcomeSource {
  /** @param handle rejects where the event must be delivered again later. */
  start(handle: (event: ReceivedEvent) => Promise<void>): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** A Kubernetes Event on an Ingress, TLSRoute or Gateway (REP-2). */
export interface IngressEvent {
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase: the code of a finding, or the outcome (`Programmed`, `Removed`, `Failed`). */
  readonly reason: string;
  readonly message: string;
}

/** Reports the state of an Ingress: to the API server, or to the local mode. */
export interface Reporter {
  /**
   * Changes the addresses in `status.loadBalancer.ingress` of an Ingress (REP-1); other kinds have no such status.
   *
   * @param change maps the addresses of the status to those that it should have; it may be called again, after a
   *   conflict with another writer.
   */
  status(ref: IngressRef, change: (there: readonly string[]) => readonly string[]): void | Promise<void>;
  event(ref: IngressRef, event: IngressEvent): void | Promise<void>;
  /** Reports a finding that no outcome carries, beside its Event: for those who show no Events. */
  finding?(ref: IngressRef, finding: Finding): void;
  /** Reports a new problem of the source. */
  problem?(problem: SourceProblem): void;
}

/** An object of the Gateway API whose status is written. */
export interface StatusRef {
  readonly kind: 'GatewayClass' | 'Gateway' | 'TLSRoute';
  /** Empty for a GatewayClass. */
  readonly namespace: string;
  readonly name: string;
}

/** An object of the Gateway API as it is at the moment of a write, unchecked. */
export interface StatusOwner {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly status: unknown;
}

/** Writes the statuses of objects of the Gateway API. */
export interface StatusWriter {
  /**
   * Reads an object, and writes its status under the version that was read.
   *
   * @param change returns the new status, or undefined to leave it; it may be called again, after a conflict with another
   *   writer.
   * @returns whether a status was written.
   * @throws the error of the API server where a retry is useless, or was tried in vain.
   */
  write(ref: StatusRef, change: (object: StatusOwner) => object | undefined, signal: AbortSignal): Promise<boolean>;
  /** Returns the CRDs of the Gateway API; undefined where they may not be read. */
  crds(): Promise<readonly GatewayCrd[] | undefined>;
}

/** Durable memory of how far sequences may have been used: a file, or the Lease of a cluster. */
export interface SequenceStore {
  /** Returns the highest sequence that may have been used; 0 for none. */
  read(): Promise<number>;
  /** Resolves when it is certain that a later `read` returns `upTo`. */
  reserve(upTo: number): Promise<void>;
}

export type Timer = { readonly cancel: () => void };

export interface Clock {
  /** Returns milliseconds since the epoch. */
  now(): number;
  /** @param ms milliseconds from now. */
  after(ms: number, callback: () => void): Timer;
  /** Resolves in a later turn of the event loop. A clock whose time only passes when told has no turns. */
  turn?(): Promise<unknown>;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};
