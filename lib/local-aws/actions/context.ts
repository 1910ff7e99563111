import type { Archives } from '../archives.ts';
import { nameOf } from '../arn.ts';
import type { AwsScope, EntryFailure, WireEntry } from '../envelope.ts';
import type { EventBuses } from '../event-bus.ts';
import type { Action, EventsRequest } from '../events-requests.ts';
import type { Replays } from '../replays.ts';
import { notFound } from '../service-error.ts';

/**
 * Makes entries fail, for tests: by entry, as the service does under load. `call` counts the requests from 1.
 *
 * @returns the failure, or undefined if the entry is accepted.
 */
export type FailEntry = (entry: WireEntry, at: { call: number; index: number }) => EntryFailure | undefined;

export interface EventsServiceOptions {
  readonly scope: AwsScope;
  readonly buses: EventBuses;
  readonly archives: Archives;
  readonly replays: Replays;
  /** Largest sum of a request's entries, in bytes. */
  readonly maxRequestBytes: number;
  readonly now: () => number;
  failEntry: FailEntry | undefined;
}

/** Actions of EventBridge: input and output as on the wire. */
export type Actions<A extends Action> = { readonly [Name in A]: (input: EventsRequest<Name>) => object };

/** Returns the name of a bus from its name or ARN. @throws {ServiceError} if it does not exist. */
export function busName({ buses }: EventsServiceOptions, nameOrArn: string | undefined): string {
  const bus = nameOf(nameOrArn ?? 'default');
  if (!buses.has(bus)) throw notFound(`Event bus ${bus}`);
  return bus;
}

/** Converts milliseconds since the epoch to the time on the wire. */
export const epochSeconds = (ms: number): number => ms / 1000;
