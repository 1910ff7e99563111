import { LIMITS } from '../netscaler/index.ts';
import type { Change, ChangeBatch } from '../plan/index.ts';

/**
 * Returns whether a call may be sent while the one before it is under way. Then the appliance works on the one while this
 * process prepares the other.
 *
 * Both add rows, for different owners: the order of writes (LIF-2) binds the rows of one owner, and the failure of one
 * owner stops only the owner's own changes. A crash leaves either, as it would in another order of owners. The first is
 * full: a small plan is written call by call.
 *
 * | the calls                                     | together | because                                      |
 * | --------------------------------------------- | -------- | -------------------------------------------- |
 * | two full ones of new objects of other owners  | yes      |                                              |
 * | one has an object that all share              | no       | every owner fails with it                    |
 * | one has an object of a front end              | no       | it belongs to each owner with a route there  |
 * | one updates, unbinds or removes               | no       | others may need what it changes (CON-3)      |
 */
export function mayOverlap(before: ChangeBatch, next: ChangeBatch): boolean {
  if (before.op !== 'add' || next.op !== 'add' || before.changes.length < LIMITS.bulk) return false;
  const [some, others] = [ownersOf(before), ownersOf(next)];
  return some !== undefined && others !== undefined && some.isDisjointFrom(others);
}

/** Owners of the calls of a plan: each call is compared with the one before it and the one behind it. */
const OWNERS = new WeakMap<ChangeBatch, ReadonlySet<string>>();

/** Returns the owners of a call's objects; undefined where one has no owner: all share it. */
function ownersOf(batch: ChangeBatch): ReadonlySet<string> | undefined {
  const known = OWNERS.get(batch);
  if (known !== undefined) return known;
  const owners = new Set<string>();
  for (const change of batch.changes) {
    const concerned = concernedBy(change);
    if (change.resource.owners.length === 0) return undefined;
    if (concerned.length === 1) owners.add(concerned[0] as string);
    else for (const owner of concerned) owners.add(owner);
  }
  OWNERS.set(batch, owners);
  return owners;
}

/** Returns the owners that fail with a change; none for a change that all share. */
export function concernedBy({ resource: { owners, alsoFor } }: Change): readonly string[] {
  return alsoFor === undefined || alsoFor.length === 0 ? owners : [...owners, ...alsoFor];
}

/**
 * Runs calls of which two may be under way at once. After an error no further call starts, and the one that is under way is
 * awaited, so that nothing goes on after the error is thrown.
 */
export class CallsUnderWay {
  #last: Promise<void> | undefined;

  /**
   * Starts a call. Waits until at most this one is under way, or, where it may not overlap, until none was.
   *
   * @param overlaps the call may be sent while the one before it is under way.
   * @throws the first error.
   */
  async start(overlaps: boolean, call: () => Promise<void>): Promise<void> {
    if (!overlaps) await this.end();
    const before = this.#last;
    const started = call();
    // Its error may come before that of the call before it, while nobody waits for it yet.
    started.catch(() => undefined);
    this.#last = started;
    if (before === undefined) return;
    try {
      await before;
    } catch (error) {
      await started.catch(() => undefined);
      throw error;
    }
  }

  /** Waits until no call is under way. @throws the first error. */
  async end(): Promise<void> {
    const last = this.#last;
    this.#last = undefined;
    await last;
  }
}
