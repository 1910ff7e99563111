import type { BusEvent, ReceivedEvent } from '../contract/index.ts';
import type { SourceProblem } from './source/source.ts';

/** The ports of the forwarder, apart from the cluster (`source.ts`). */

/** An Ingress by name. */
export interface IngressRef {
  readonly namespace: string;
  readonly name: string;
}

/** Puts events on the bus; `createPublisher` of `lib/aws` is one. */
export interface Publisher {
  /**
   * @param events at most ten; the order among them does not matter, each concerns another Ingress or range.
   * @returns the events that were not taken. An exception means that none may be taken for granted.
   */
  publish(events: readonly BusEvent[]): Promise<{ readonly failed: readonly { event: BusEvent; error: Error }[] }>;
}

/** Brings the outcomes of this cluster, and `Resync Requested`. */
export interface OutcomeSource {
  /** @param handle a rejection means: bring it again later. */
  start(handle: (event: ReceivedEvent) => Promise<void>): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** A Kubernetes Event on an Ingress (REP-2). */
export interface IngressEvent {
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase: a finding's code, or the outcome (`Programmed`, `Removed`, `Failed`). */
  readonly reason: string;
  readonly message: string;
}

/** Where the state of an Ingress is reported: the API server, or whoever watches the folder. */
export interface Reporter {
  /**
   * Changes the addresses in `status.loadBalancer.ingress` (REP-1).
   *
   * @param change is given the addresses that are there and returns those that should be; it may be called again,
   *   after a conflict with another writer.
   */
  status(ref: IngressRef, change: (there: readonly string[]) => readonly string[]): void | Promise<void>;
  event(ref: IngressRef, event: IngressEvent): void | Promise<void>;
  /** A problem of the source that was not there before. */
  problem?(problem: SourceProblem): void;
}

/** Durable memory of how far sequences may have been used: a file, or the Lease of a cluster. */
export interface SequenceStore {
  /** The highest sequence that may have been used; 0 where none was. */
  read(): Promise<number>;
  /** Resolves when it is certain that a later `read` gives `upTo`. */
  reserve(upTo: number): Promise<void>;
}

/** A timer that can be called off. */
export type Timer = { readonly cancel: () => void };

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @param ms milliseconds from now. */
  after(ms: number, callback: () => void): Timer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
