import type { Resource } from '../../netscaler/index.ts';
import { BegunPlan, type NitroWriter } from '../../nitro/index.ts';
import type { OwnerGoal } from '../../plan/index.ts';
import type { EarlyRecords, RecordsCall } from './early-records.ts';
import type { RefusedRows } from './ledger-writer.ts';

/** Roles that are written early, in their order: of each back end, what names nothing but the back end itself. */
const EARLY: readonly Resource['role'][] = ['lbvserver', 'service-group', 'group-binding', 'action'];

const NONE: readonly Resource[] = [];

/**
 * Writes the first objects of new owners while the plan is still computed: servers, groups and actions of back ends, to which
 * nothing leads before the rest of the plan is written. The record of an owner is answered before its objects are sent, and
 * each role before the next (LIF-2). A crash leaves pending records with some of their objects, as it does in the plan.
 *
 * The plan takes what was written as done (`lib/nitro/begun-plan.ts`).
 */
export class EarlyWrites {
  readonly begun = new BegunPlan();
  readonly #writer: NitroWriter;
  /** The records of the owners: some may have been sent. */
  readonly records: EarlyRecords;
  readonly #goals = new Map<string, readonly Resource[]>();
  readonly #chains: Promise<void>[] = [];
  /** Calls of records whose owners' objects were sent, or left to the plan. */
  #taken = 0;
  #hasEnded = false;

  constructor(writer: NitroWriter, records: EarlyRecords) {
    this.#writer = writer;
    this.records = records;
  }

  /** Takes the goals of some owners; begins with the objects of those whose records are in one call. */
  offer(goals: readonly OwnerGoal[]): boolean {
    if (!this.records.hasBegun) return false;
    for (const { key, desired, isNew } of goals) this.#goals.set(key, isNew ? desired : NONE);
    for (;;) {
      const call = this.records.calls[this.#taken];
      if (call === undefined || !call.keys.every((key) => this.#goals.has(key))) return true;
      this.#taken += 1;
      const chain = this.#write(call);
      // Its error counts where the plan is written.
      chain.catch(() => undefined);
      this.#chains.push(chain);
    }
  }

  /**
   * Begins with nothing more, and waits for what is under way.
   *
   * @returns the refused records. @throws {NitroError} {NitroUnreachable} as the writer.
   */
  async end(): Promise<RefusedRows> {
    await this.settle();
    const refused = await this.records.end();
    await Promise.all(this.#chains);
    return refused;
  }

  /** The same, and forgets whose the records are: another plan writes its own. */
  async discard(): Promise<void> {
    await this.end();
    await this.records.discard();
  }

  /** Waits until nothing is under way, whatever came of it. */
  async settle(): Promise<void> {
    this.#hasEnded = true;
    await Promise.allSettled([this.records.settle(), ...this.#chains]);
  }

  async #write({ keys, answer }: RecordsCall): Promise<void> {
    // Without its record nothing of an owner is written, and without the row of the cluster, which is in the first call,
    // nothing of the cluster (rule 9): the plan knows whose the refused rows are.
    const first = await this.records.calls[0]?.answer;
    const own = await answer;
    if (first === undefined || first.size > 0 || own.size > 0) return;
    await this.records.inTurn(async () => {
      if (this.#hasEnded) return;
      const resources = keys.flatMap((key) => this.#goals.get(key) ?? NONE);
      if (resources.some(namesProfile)) return;
      const byRole = Map.groupBy(resources, ({ role }) => role);
      for (const role of EARLY) {
        // The batch comes again then, and goes on from what there is.
        if (this.records.hasFailed) return;
        await this.begun.add(this.#writer, byRole.get(role) ?? NONE);
      }
    });
  }
}

/** Returns whether an object names a net profile: that of the system may not exist yet. */
const namesProfile = ({ attributes }: Resource): boolean => attributes.netprofile !== undefined;
