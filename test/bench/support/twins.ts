import { join } from 'node:path';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import type { Row, Scenario } from '../report/results.ts';
import { type EngineProcess, type Measured, startEngineProcess, writeBatches } from './engine-process.ts';
import { type Replayed, replay } from './replay-process.ts';
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';

/** Work that reads: its limit are all its calls, since it writes little or nothing. */
const READING: readonly Scenario[] = ['unchanged', 'verified', 'audit', 'archive'];

/** Above this number of Ingresses, one call for each object takes minutes. */
const MOST_EACH = 1_000;

/**
 * Two appliances in processes of their own. The engine works on the first; on the second, its calls are repeated without
 * logic. So both have the same configuration after each step, and the time of the second is the limit.
 */
export class Twins {
  readonly engine: EngineProcess;
  readonly #ours: SimulatorProcess;
  readonly #limit: SimulatorProcess;
  readonly #folder: string;

  private constructor(folder: string, ours: SimulatorProcess, limit: SimulatorProcess, engine: EngineProcess) {
    this.#folder = folder;
    this.#ours = ours;
    this.#limit = limit;
    this.engine = engine;
  }

  /** @param folder for recordings; the caller removes it. */
  static async start(folder: string): Promise<Twins> {
    const [ours, limit] = await Promise.all([startSimulatorProcess(), startSimulatorProcess()]);
    return new Twins(folder, ours, limit, await startEngineProcess(ours.url));
  }

  /** Delivers batches, and repeats their calls on the other appliance. */
  async deliver(scenario: Scenario, size: number, batches: readonly (readonly ReceivedEvent[])[]): Promise<Row> {
    const file = join(this.#folder, 'batches');
    await writeBatches(file, batches);
    const row = await this.measure(scenario, size, () => this.engine.call('deliver', file));
    return { ...row, events: batches.reduce((sum, batch) => sum + batch.length, 0) };
  }

  /** Measures what the engine does in `work`, and the same calls without logic. */
  async measure(scenario: Scenario, size: number, work: () => Promise<Measured>): Promise<Row> {
    const file = join(this.#folder, 'calls');
    await this.#ours.process.call('record');
    const ours = await work();
    await this.#ours.process.call('recorded', file);
    const kinds = READING.includes(scenario) ? (['read', 'write'] as const) : (['write'] as const);
    const limit = await replay({ url: this.#limit.url, file, kinds });
    return { scenario, size, ours, limit };
  }

  /** One call for each object of the last step, on an appliance without a configuration. */
  async oneForEach(size: number): Promise<Replayed | undefined> {
    if (size > MOST_EACH) return undefined;
    return await this.byAnother(({ url, file }) => replay({ url, file, kinds: ['write'], each: true }));
  }

  /**
   * Has another client write what the engine wrote in the last step, on an appliance without a configuration.
   *
   * @throws {Error} its appliance has another configuration then.
   */
  async byAnother<T>(write: (given: { url: string; file: string }) => Promise<T>): Promise<T> {
    const fresh = await startSimulatorProcess();
    try {
      const result = await write({ url: fresh.url, file: join(this.#folder, 'calls') });
      await same(this.#ours, fresh);
      return result;
    } finally {
      await fresh.process.stop();
    }
  }

  /** @throws {Error} the calls without logic led to another configuration: then they are not a limit. */
  async compare(): Promise<void> {
    await same(this.#ours, this.#limit);
  }

  async stop(): Promise<void> {
    await Promise.all([this.engine, this.#ours.process, this.#limit.process].map((child) => child.stop()));
  }
}

async function same(...simulators: readonly SimulatorProcess[]): Promise<void> {
  const [ours, other] = await Promise.all(simulators.map(({ process }) => process.call('fingerprint')));
  if (ours !== other) throw new Error('the recorded calls led to another configuration than the engine');
}
