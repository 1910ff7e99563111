import type { ResyncRequested, WorkRequested } from '../contract/index.ts';
import type { ApplianceFilter, InterpretRules } from '../ingress/index.ts';
import type { PruneLimit } from '../ledger/index.ts';
import type { KeptParts, NitroReader, NitroWriter } from '../nitro/index.ts';
import type { Change } from '../plan/index.ts';
import type { Outcome } from './report/ingress-outcome.ts';

/** What an appliance's configuration says, as the engine needs it. */
export interface EngineSettings {
  readonly appliance: string;
  readonly systemId: string;
  readonly filter: ApplianceFilter;
  readonly rules: InterpretRules;
  readonly policy: 'sync' | 'observe';
  readonly drainSeconds: number;
  readonly prune: PruneLimit;
}

/** Reading and writing are separate ports: what plans cannot write. */
export interface Engine {
  readonly settings: EngineSettings;
  readonly reader: NitroReader;
  readonly writer: NitroWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Shared by the batches of one appliance; absent: each reads for itself. */
  readonly kept?: KeptParts;
}

/** Sends requests to the forwarders. */
export type RequestResync = (requests: readonly ResyncRequested[]) => Promise<void>;

export interface MaintenanceResult {
  readonly work: WorkRequested['work'];
  /** Back ends that were removed. */
  readonly removed: number;
  /** Why not all of it was done; absent where it was. */
  readonly error?: unknown;
  /** Rows of hosts that nobody claimed; absent where there was none. */
  readonly unbound?: number;
  /** Type and name of objects that stay because somebody took them over (LIF-5); absent where there was none. */
  readonly takenOver?: readonly string[];
}

export interface BatchReport {
  readonly outcomes: readonly Outcome[];
  /** Everything that was written to the appliance, in order; on `observe`: that would have been. */
  readonly changes: readonly Change[];
  readonly stale: number;
  readonly unchanged: number;
  readonly work: readonly MaintenanceResult[];
}
