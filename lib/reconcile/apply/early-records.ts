import { setImmediate } from 'node:timers/promises';
import { encodeIngress } from '../../ledger/index.ts';
import { LIMITS } from '../../netscaler/index.ts';
import type { Task } from '../decide/task.ts';
import type { ApplyContext } from './apply-context.ts';
import { identityRow, pendingRow } from './ledger-rows.ts';
import { type RefusedRows, writeRows } from './ledger-writer.ts';

/** Turns of the event loop in which an answer that has come is taken, and the next call is sent. */
const TURNS = 2;

/**
 * Writes pending records while the plan is still computed, so that the appliance works meanwhile: those of new owners that
 * want routes, which get a record whatever the plan says. A crash leaves records without objects, as it does between the
 * records and the plan (rule 7).
 *
 * Only whole calls are sent early, so that the number of calls is that of one list; the rest, watermarks above all, is
 * written when all of these are answered.
 */
export class EarlyRecords {
  readonly #run: ApplyContext;
  #keys: ReadonlySet<string> = new Set();
  #writing: Promise<RefusedRows> | undefined;

  constructor(run: ApplyContext) {
    this.#run = run;
  }

  /** Whether records were sent: the ledger's map exists then, and says which cluster counts. */
  get hasBegun(): boolean {
    return this.#writing !== undefined;
  }

  /** Begins to write, where the batch is large enough and of one cluster. */
  begin(tasks: readonly Task[]): void {
    const { engine, context, parts } = this.#run;
    const [part, ...others] = parts;
    if (this.hasBegun || engine.settings.policy === 'observe' || part === undefined || others.length > 0) return;
    const identity = identityRow(part, true);
    const before = (part.isNew ? 1 : 0) + (identity === undefined ? 0 : 1);
    const news = tasks.filter(
      ({ action, decision, wanted }) => action === 'plan' && decision.row === undefined && wanted !== undefined,
    );
    const calls = Math.floor((news.length + before) / LIMITS.bulk);
    if (calls === 0) return;
    const some = news.slice(0, calls * LIMITS.bulk - before);
    const records = some.map((task) => encodeIngress(pendingRow(task)));
    this.#keys = new Set(some.map(({ decision }) => decision.key));
    this.#writing = writeRows(engine.writer, context, { cluster: part.received.cluster, isNew: part.isNew }, [
      ...(identity === undefined ? [] : [identity]),
      ...records,
    ]);
    // Its error counts where the records are needed.
    this.#writing.catch(() => undefined);
  }

  /** Runs steps of a computation. Between two of them, answers are taken and calls are sent. */
  async alongside<T>(steps: Generator<void, T, void>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      for (let turn = 0; this.hasBegun && turn < TURNS; turn++) await setImmediate();
    }
  }

  /** Returns whether the record of an owner was sent. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Waits for the records. @returns the refused rows. @throws {NitroError} {NitroUnreachable} as the writer. */
  async end(): Promise<RefusedRows> {
    return (await this.#writing) ?? new Map();
  }

  /** Waits for the records, and forgets whose they are: another plan writes its own. */
  async discard(): Promise<void> {
    await this.end();
    this.#keys = new Set();
    this.#writing = this.#writing?.then(() => new Map());
  }

  /** Waits until nothing is under way, whatever came of it. */
  async settle(): Promise<void> {
    await this.#writing?.catch(() => undefined);
  }
}
