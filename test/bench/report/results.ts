import type { Figure } from '../figure.ts';
import type { Measured } from '../support/engine-process.ts';
import type { Replayed } from '../support/replay-process.ts';

/** What was measured, as `test/bench/results.json` keeps it. */

export type Scenario =
  | 'cold'
  | 'unchanged'
  | 'verified'
  | 'audit'
  | 'changes'
  | 'storm-snapshot'
  | 'storm-singles'
  | 'node'
  | 'archive';

/** One piece of work of the engine, and the least that the appliance needs for it. */
export interface Row {
  readonly scenario: Scenario;
  /** Number of Ingresses. */
  readonly size: number;
  readonly ours: Measured;
  /** The same calls without logic: its writes, or its reads where it writes nothing. */
  readonly limit?: Replayed;
  /** One call for each object and binding. */
  readonly each?: Replayed;
  /** Number of events. */
  readonly events?: number;
}

/** Requests of one change, alone, among few and among many. */
export interface ChangeCost {
  readonly what: string;
  readonly few: number;
  readonly many: number;
  /** Milliseconds among many. */
  readonly milliseconds: number;
}

/** What a part measured. */
export interface Findings {
  readonly rows?: readonly Row[];
  readonly figures?: readonly Figure[];
  readonly changes?: readonly ChangeCost[];
}

export interface Measurement extends Findings {
  readonly name: string;
  readonly summary: string;
  readonly seconds: number;
  /** Load of the machine when the part began: one for each process that wants a core. */
  readonly load: number;
  /** Why there is nothing, or not all. */
  readonly missing?: string;
}

export interface Results {
  /** Time of the start, ISO 8601. */
  readonly at: string;
  readonly commit: string;
  readonly node: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly system: string;
  };
  readonly load: number;
  readonly seconds: number;
  readonly parts: readonly Measurement[];
}

export const rowsOf = ({ parts }: Pick<Results, 'parts'>): readonly Row[] => parts.flatMap(({ rows = [] }) => rows);

export const rowOf = (results: Pick<Results, 'parts'>, scenario: Scenario, size: number): Row | undefined =>
  rowsOf(results).find((row) => row.scenario === scenario && row.size === size);
