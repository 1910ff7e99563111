import type { ResyncRequested, WorkRequested } from '../contract/index.ts';
import type { GatewayFilter } from '../gateway/index.ts';
import type { InterpretRules } from '../ingress/index.ts';
import type { PruneLimit } from '../ledger/index.ts';
import type { KeptParts, NitroReader, NitroWriter } from '../nitro/index.ts';
import type { Change } from '../plan/index.ts';
import type { JudgedStates } from './decide/judged-states.ts';
import type { Outcome } from './report/ingress-outcome.ts';

/** The part of an appliance's configuration that the engine needs. */
export interface EngineSettings {
  readonly appliance: string;
  readonly systemId: string;
  readonly filter: GatewayFilter;
  readonly rules: InterpretRules;
  readonly policy: 'sync' | 'observe';
  readonly drainSeconds: number;
  readonly prune: PruneLimit;
}

/** Holds the ports of the engine. Reading and writing are separate: code that plans cannot write. */
export interface Engine {
  readonly settings: EngineSettings;
  readonly reader: NitroReader;
  readonly writer: NitroWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Shared by the batches of one appliance; without it each batch reads everything itself. */
  readonly kept?: KeptParts;
  /** Shared by the batches of one appliance; without it each batch judges every state. */
  readonly judged?: JudgedStates;
}

/** Sends requests to the forwarders. */
export type RequestResync = (requests: readonly ResyncRequested[]) => Promise<void>;

/**
 * Publishes outcomes.
 *
 * @throws when the bus does not accept one: the batch is not done.
 */
export type PublishOutcomes = (outcomes: readonly Outcome[]) => Promise<void>;

export interface MaintenanceResult {
  readonly work: WorkRequested['work'];
  /** Back ends that were removed. */
  readonly removed: number;
  /** The reason why some of the work was not done; absent when all was. */
  readonly error?: unknown;
  /** Number of unclaimed host rows that were unbound; absent when there was none. */
  readonly unbound?: number;
  /** Type and name of objects that stay because somebody took them over (LIF-5); absent when there was none. */
  readonly takenOver?: readonly string[];
}

export interface BatchReport {
  readonly outcomes: readonly Outcome[];
  /** Reasons for which snapshots were refused (rule 11), also with `policy: observe`. */
  readonly refused: readonly string[];
  /** All changes written to the appliance, in order; with `policy: observe` the changes that would be written. */
  readonly changes: readonly Change[];
  readonly stale: number;
  readonly unchanged: number;
  readonly work: readonly MaintenanceResult[];
}
