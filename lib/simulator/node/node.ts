import type { ApplianceBehaviour } from '../../appliance-facts/index.ts';
import { codeOf } from '../behaviour.ts';
import type { Command, CommandOutcome } from '../command/command.ts';
import type { Context } from '../command/context.ts';
import { run } from '../command/run.ts';
import { Configuration, DEFAULT_PARTITION } from '../config/configuration.ts';
import { runningConfig } from '../config/write.ts';
import type { PacketEngine } from '../data/packet-engine.ts';
import { ApplianceError, type Warning } from '../errors.ts';
import { Files } from '../store/files.ts';
import type { Store } from '../store/store.ts';
import type { Authority } from './authority.ts';
import type { LiveState } from './live-state.ts';
import { Sessions } from './sessions.ts';

/** Role of a node in a pair. */
export interface HaRole {
  readonly state: 'Primary' | 'Secondary';
  readonly peer: SimulatedNode | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

interface NodeOptions {
  readonly version: string;
  readonly address: string;
  readonly now: () => number;
  readonly engine: PacketEngine;
  readonly behaviour: ApplianceBehaviour;
  readonly authority: Authority;
  /** Called with the store of each new partition. */
  readonly attach: (store: Store) => void;
  /** Called with the store of a partition that is removed, or belongs to a configuration that is replaced. */
  readonly detach: (store: Store) => void;
  /** Takes a note about where the simulator does less than an appliance. */
  readonly note: (text: string) => void;
  /** Writes the saved configuration to a file that outlives the process. */
  readonly persist: (text: string, files: Files) => void;
}

/** An appliance of its own or of a pair: configuration, sessions, files, and the saved configuration. */
export class SimulatedNode {
  readonly sessions: Sessions;
  readonly files = new Files();
  readonly options: NodeOptions;
  configuration: Configuration;
  startTime: number;
  #saved = '';
  #changed = false;
  #lastChange: number;
  #lastSave: number | undefined;
  #saving = false;
  /** Duration of a save in milliseconds. */
  saveMs = 0;
  /** Role in a pair; a single node is its own primary. */
  role: HaRole = { state: 'Primary', peer: undefined, since: 0 };
  /** End of the running synchronisation, in milliseconds since the epoch. */
  syncingUntil = 0;

  constructor(options: NodeOptions) {
    this.options = options;
    this.sessions = new Sessions(options.now);
    this.configuration = this.#fresh();
    this.startTime = options.now();
    this.#lastChange = options.now();
  }

  live(partition: string): LiveState {
    const { root } = this.configuration;
    const store = this.configuration.partition(partition);
    const { engine, behaviour, now } = this.options;
    return { store, root, files: this.files, engine, behaviour, now };
  }

  context(partition: string, warnings: Warning[], loading = false): Context {
    const { store, root, files, behaviour, now } = this.live(partition);
    const connections: Context['connections'] = (group, member) =>
      this.options.engine.openConnections(group, String(member.ip), Number(member.port));
    return { store, root, files, behaviour, now, warnings, loading, connections, note: this.options.note };
  }

  /** Runs one configuration command. */
  run(command: Command, partition: string, warnings: Warning[]): CommandOutcome {
    const leaving = command.kind === 'nspartition' && command.operation === 'delete' ? partitionOf(command) : undefined;
    if (leaving !== undefined && this.sessions.list().some((session) => session.partition === leaving))
      throw new ApplianceError(2757);
    const outcome = this.coded(() => run(command, this.context(partition, warnings)));
    if (leaving !== undefined) this.configuration.drop(leaving);
    this.touch();
    return outcome;
  }

  /** Runs a command or a read, and gives a refusal the code of the simulated build. */
  coded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ApplianceError)) throw error;
      throw error.withCode(codeOf(this.options.behaviour, error.code));
    }
  }

  touch(): void {
    this.#changed = true;
    this.#lastChange = this.options.now();
  }

  hasPartition(name: string): boolean {
    return name === DEFAULT_PARTITION || this.configuration.root.object('nspartition', name) !== undefined;
  }

  runningConfig(): string {
    return runningConfig(this.configuration, this.options.version);
  }

  savedConfig(): string {
    return this.#saved;
  }

  /** Saves the configuration; refused with 293 while another save runs. */
  async save(): Promise<void> {
    if (this.#saving) throw new ApplianceError(293);
    this.#saving = true;
    try {
      if (this.saveMs > 0) await new Promise((resolve) => setTimeout(resolve, this.saveMs));
      this.#saved = this.runningConfig();
      this.options.persist(this.#saved, this.files);
      this.#changed = false;
      this.#lastSave = this.options.now();
    } finally {
      this.#saving = false;
    }
  }

  /** Replaces the saved configuration, e.g. when an older one is restored. */
  restoreSaved(text: string): void {
    this.#saved = text;
  }

  /** Empties the running configuration only. */
  clear(): void {
    this.configuration.release();
    this.configuration = this.#fresh();
    this.touch();
  }

  /** Restarts with an empty running configuration; the caller loads the saved one. */
  restart(): void {
    this.configuration.release();
    this.configuration = this.#fresh();
    this.sessions.clear();
    this.startTime = this.options.now();
    this.#changed = false;
  }

  #fresh(): Configuration {
    const { address, attach, detach } = this.options;
    return new Configuration(address, attach, detach);
  }

  uptimeSeconds(): number {
    return Math.max(0, Math.floor((this.options.now() - this.startTime) / 1000));
  }

  /** Returns `NetScaler NS14.1: Build 51.80.nc, …` for `14.1-51.80`. */
  versionText(): string {
    const [release, build] = this.options.version.split('-');
    return `NetScaler NS${release}: Build ${build}.nc, Date: Jan 15 2026, 10:00:00   (64-bit)`;
  }

  /** Returns when the configuration changed and was saved, in milliseconds since the epoch. */
  get saveState(): { readonly unsaved: boolean; readonly lastChange: number; readonly lastSave: number | undefined } {
    return { unsaved: this.#changed, lastChange: this.#lastChange, lastSave: this.#lastSave };
  }
}

const partitionOf = (command: Command): string => String((command.body as Record<string, unknown>).partitionname);
