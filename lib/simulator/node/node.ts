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

/** Says which part a node plays in a pair. */
export interface HaRole {
  readonly state: 'Primary' | 'Secondary';
  readonly peer: SimulatedNode | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface NodeOptions {
  readonly version: string;
  readonly address: string;
  readonly now: () => number;
  readonly engine: PacketEngine;
  readonly authority: Authority;
  /** Called with each partition's store as it comes into being. */
  readonly attach: (store: Store) => void;
  /** Called when a partition goes. */
  readonly detach: (store: Store) => void;
  /** Takes a note on where the simulator does less than an appliance. */
  readonly note: (text: string) => void;
  /** Writes the saved configuration to where it outlives the process. */
  readonly persist: (text: string, files: Files) => void;
}

/** One appliance of a pair, or alone: its configuration, sessions, files, and what it was when it was saved. */
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
  /** How long a save takes, in milliseconds. */
  saveMs = 0;
  /** Place in a pair; alone, a node is its own primary. */
  role: HaRole = { state: 'Primary', peer: undefined, since: 0 };
  /** Up to when the peer's configuration is being taken over, in milliseconds since the epoch. */
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
    return { store, root, files: this.files, engine: this.options.engine, now: this.options.now };
  }

  context(partition: string, warnings: Warning[], loading = false): Context {
    const { store, root, files, now } = this.live(partition);
    const connections: Context['connections'] = (group, member) =>
      this.options.engine.openConnections(group, String(member.ip), Number(member.port));
    return { store, root, files, now, warnings, loading, connections, note: this.options.note };
  }

  /** Runs one configuration command. */
  run(command: Command, partition: string, warnings: Warning[]): CommandOutcome {
    const leaving = command.kind === 'nspartition' && command.operation === 'delete' ? partitionOf(command) : undefined;
    if (leaving !== undefined && this.sessions.list().some((session) => session.partition === leaving))
      throw new ApplianceError(2757);
    const outcome = run(command, this.context(partition, warnings));
    if (leaving !== undefined) this.configuration.drop(leaving);
    this.touch();
    return outcome;
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

  /** Saves; a second save while one is under way is refused with 293. */
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

  /** Takes a text as what was saved, e.g. when an older configuration is restored. */
  restoreSaved(text: string): void {
    this.#saved = text;
  }

  /** Takes away the running configuration only. */
  clear(): void {
    this.configuration = this.#fresh();
    this.touch();
  }

  /** Starts again with nothing in the running configuration; the caller loads what was saved. */
  restart(): void {
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

  /** `NetScaler NS14.1: Build 51.80.nc, …`, from `14.1-51.80`. */
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
