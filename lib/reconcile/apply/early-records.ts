import { encodeIngress } from '../../ledger/index.ts';
import { LIMITS } from '../../netscaler/index.ts';
import { Limiter } from '../../nitro/index.ts';
import type { PlanContext } from '../../plan/index.ts';
import type { Guarded } from '../decide/prune-guard.ts';
import type { Task } from '../decide/task.ts';
import type { Engine } from '../engine.ts';
import type { OpenedBatch } from '../read/cluster-reader.ts';
import { alongside } from './alongside.ts';
import { identityRow, pendingRow } from './ledger-rows.ts';
import { type RefusedRows, writeRows } from './ledger-writer.ts';

/** A call of pending records. */
export interface RecordsCall {
  /** Keys of the owners. */
  readonly keys: readonly string[];
  readonly answer: Promise<RefusedRows>;
}

/** Calls under way at once. */
const AT_ONCE = 2;

/**
 * Writes pending records while the batch is still interpreted and planned, so that the appliance works meanwhile: those of
 * new owners that want routes, which get a record whatever the plan says. A crash leaves records without objects, as it
 * does between the records and the plan (rule 7).
 *
 * Only whole calls are sent early, so that the number of calls is that of one list; the rest, watermarks above all, is
 * written when all of these are answered.
 */
export class EarlyRecords {
  readonly #lanes = new Limiter(AT_ONCE);
  readonly #engine: Pick<Engine, 'writer'>;
  readonly #context: PlanContext;
  #part: OpenedBatch | undefined;
  /** Owners whose records wait for others: a call is sent when it is full. */
  #waiting: Task[] = [];
  #keys = new Set<string>();
  #calls: RecordsCall[] = [];
  #hasBegun = false;
  #error: unknown;

  constructor(engine: Pick<Engine, 'writer'>, context: PlanContext) {
    this.#engine = engine;
    this.#context = context;
  }

  /** Whether records were sent: the ledger's map exists then, and says which cluster counts. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The calls that were sent, in order. */
  get calls(): readonly RecordsCall[] {
    return this.#calls;
  }

  /** Runs the steps that interpret a batch, and sends the records of what they have interpreted. */
  async judging(part: OpenedBatch, steps: Generator<readonly Task[], Guarded, void>): Promise<Guarded> {
    this.#part = part;
    try {
      return await alongside(steps, (tasks) => {
        this.#offer(tasks);
        return this.#hasBegun;
      });
    } catch (error) {
      await this.settle();
      throw error;
    }
  }

  /** Returns whether the record of an owner was sent. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Whether a call failed: no further one starts then. */
  get hasFailed(): boolean {
    return this.#error !== undefined;
  }

  /**
   * Sends early calls when it is their turn: few are under way at once.
   *
   * @throws the first error of any of them: then nothing is sent.
   */
  inTurn<T>(send: () => Promise<T>): Promise<T> {
    return this.#lanes.run(async () => {
      if (this.hasFailed) throw this.#error;
      try {
        return await send();
      } catch (error) {
        this.#error ??= error;
        throw error;
      }
    });
  }

  /** Waits for the records. @returns the refused rows. @throws {NitroError} {NitroUnreachable} as the writer. */
  async end(): Promise<RefusedRows> {
    // Nothing goes on after an error is thrown.
    await this.settle();
    const refused = new Map<string, RefusedRows extends ReadonlyMap<string, infer E> ? E : never>();
    for (const { answer } of this.#calls) for (const [key, error] of await answer) refused.set(key, error);
    return refused;
  }

  /** Waits for the records, and forgets whose they are: another plan writes its own. */
  async discard(): Promise<void> {
    await this.end();
    this.#keys = new Set();
    this.#calls = [];
  }

  /** Waits until nothing is under way, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#calls.map(({ answer }) => answer));
  }

  #offer(tasks: readonly Task[]): void {
    for (const task of tasks) if (isNew(task)) this.#waiting.push(task);
    for (let room = this.#room(); this.#waiting.length >= room; room = this.#room()) {
      this.#send(this.#waiting.splice(0, room));
    }
  }

  /** Returns how many records a call has room for. */
  #room(): number {
    const before = this.#hasBegun ? 0 : (this.#part?.isNew === true ? 1 : 0) + this.#identity().length;
    return LIMITS.bulk - before;
  }

  #identity() {
    const row = this.#part === undefined ? undefined : identityRow(this.#part, true);
    return row === undefined ? [] : [row];
  }

  #send(tasks: readonly Task[]): void {
    const part = this.#part as OpenedBatch;
    const keys = tasks.map(({ decision }) => decision.key);
    for (const key of keys) this.#keys.add(key);
    const [first] = this.#calls;
    const identity = first === undefined ? this.#identity() : [];
    const ledger = { cluster: part.received.cluster, isNew: first === undefined && part.isNew };
    const write = (): Promise<RefusedRows> =>
      this.inTurn(() => {
        const records = tasks.map((task) => encodeIngress(pendingRow(task)));
        return writeRows(this.#engine.writer, this.#context, ledger, [...identity, ...records]);
      });
    // The first call makes the map, and says which cluster counts.
    const answer = first === undefined ? write() : first.answer.then(write);
    // Its error counts where the records are needed.
    answer.catch(() => undefined);
    this.#calls.push({ keys, answer });
    this.#hasBegun = true;
  }
}

/** Returns whether a task gets a record before its plan, whatever the plan says. */
const isNew = ({ action, decision, wanted }: Task): boolean =>
  action === 'plan' && decision.row === undefined && wanted !== undefined;
