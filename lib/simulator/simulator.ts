import type { LineProblem } from './config/read.ts';
import type { FaultRule } from './faults.ts';

/** What can be set while it runs. */
export interface SimulatorSettings {
  /** How long a save takes, in milliseconds. */
  readonly saveMs?: number;
  /** How long a synchronisation takes, in milliseconds. */
  readonly syncMs?: number;
}

/** A running simulated appliance. */
export interface Simulator {
  /** Base of NITRO: `http://127.0.0.1:port`. */
  readonly url: string;
  /** The same of each node: two in a pair. */
  readonly urls: readonly string[];
  /** Base of the Console, where one was asked for. */
  readonly consoleUrl: string | undefined;
  /** Lines of the configuration that it started from and could not load. */
  readonly problems: readonly LineProblem[];
  /** Parts of the configuration that are kept and have no effect here. */
  readonly notes: { list(): readonly string[] };
  /** `vip:port` (`[v6]:port`) → where it listens on this machine. */
  readonly frontends: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
  /** The running configuration as commands: stable, diffable, loadable. */
  runningConfig(): string;
  readonly requests: {
    readonly total: number;
    readonly reads: number;
    readonly writes: number;
    readonly byKind: Readonly<Record<string, number>>;
    reset(): void;
  };
  /** Faults from now on, instead of those before; none with an empty list. */
  setFaults(rules: readonly FaultRule[]): void;
  /** How long saving and synchronising take. */
  set(settings: SimulatorSettings): void;
  /** What was saved last. */
  savedConfig(): string;
  /** A new, empty appliance at the same addresses; connections of the data engine are closed. */
  wipe(): Promise<void>;
  /** Loses what was not saved. */
  reboot(): Promise<void>;
  /** Starts again from an older saved configuration. */
  restore(config: string): Promise<void>;
  /** The other node of the pair becomes primary. */
  failover(): Promise<void>;
  stop(): Promise<void>;
}
