import type { LineProblem } from './config/read.ts';
import type { FaultRule } from './faults.ts';

/** Settings that can change while the simulator runs. */
export interface SimulatorSettings {
  /** Duration of a save in milliseconds. */
  readonly saveMs?: number;
  /** Duration of a synchronisation in milliseconds. */
  readonly syncMs?: number;
}

/** A running simulator. */
export interface Simulator {
  /** Base URL of NITRO: `http://127.0.0.1:port`. */
  readonly url: string;
  /** Base URLs of NITRO on each node: two in a pair. */
  readonly urls: readonly string[];
  /** Base URL of the Console; undefined without one. */
  readonly consoleUrl: string | undefined;
  /** Lines of the initial configuration that could not be loaded. */
  readonly problems: readonly LineProblem[];
  /** Parts of the configuration that are kept without effect. */
  readonly notes: { list(): readonly string[] };
  /** Maps `vip:port` (`[v6]:port`) to the local address that listens. */
  readonly frontends: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
  /** Returns the running configuration as commands: stable, comparable, loadable. */
  runningConfig(): string;
  readonly requests: {
    readonly total: number;
    readonly reads: number;
    readonly writes: number;
    readonly byKind: Readonly<Record<string, number>>;
    reset(): void;
  };
  /** Replaces all faults; an empty list removes them. */
  setFaults(rules: readonly FaultRule[]): void;
  /** Changes how long saves and synchronisations take. */
  set(settings: SimulatorSettings): void;
  /** Returns the configuration that was saved last. */
  savedConfig(): string;
  /** Empties the appliance, keeps its addresses, and closes the connections of the data plane. */
  wipe(): Promise<void>;
  /** Restarts; whatever was not saved is lost. */
  reboot(): Promise<void>;
  /** Restarts from an older saved configuration. */
  restore(config: string): Promise<void>;
  /** Makes the other node of the pair primary. */
  failover(): Promise<void>;
  stop(): Promise<void>;
}
