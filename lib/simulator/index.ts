import type { LineProblem } from './config/read.ts';
import type { FaultRule } from './faults.ts';
import type { SimulatorOptions } from './options.ts';
import { SimulatedAppliance, type SimulatorSettings } from './simulated-appliance.ts';

export type { LineProblem } from './config/read.ts';
export type { ConsoleOptions } from './console.ts';
export type { MemberAddress, SimulatedEndpoint } from './data/endpoint-map.ts';
export type { FrontendEvent } from './data/frontends.ts';
export type { Fault, FaultRule, OnRequest, RequestInfo } from './faults.ts';
export type { SimulatorOptions } from './options.ts';
export type { SimulatorSettings } from './simulated-appliance.ts';

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
  /** A new, empty appliance at the same addresses; connections of the data plane are closed. */
  wipe(): Promise<void>;
  /** Loses what was not saved. */
  reboot(): Promise<void>;
  /** Starts again from an older saved configuration. */
  restore(config: string): Promise<void>;
  /** The other node of the pair becomes primary. */
  failover(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a simulated appliance in this process.
 *
 * @throws where an address cannot be listened at; nothing of it is left running then.
 * @example
 * const appliance = await startAppliance({ map: new Map([['10.1.1.1:8443', { host: '127.0.0.1', port: 9443 }]]) });
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const appliance = new SimulatedAppliance(options);
  try {
    await appliance.start();
  } catch (error) {
    await appliance.stop();
    throw error;
  }
  return appliance;
}
