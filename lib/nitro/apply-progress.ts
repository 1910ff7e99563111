import { type GroupMember, isBinding } from '../netscaler/index.ts';
import { type Change, render } from '../plan/index.ts';
import { NitroError, type NitroErrorKind } from './errors.ts';
import { concernedBy } from './overlap.ts';
import type { ItemResult } from './ports.ts';

/** A reason for which an owner's changes were not all written. */
export interface Failure {
  /** Absent where the owner's record could not be written. */
  readonly change?: Change;
  readonly error: NitroError;
}

/** Written changes in order, each with its line in the appliance's command language. */
export interface DoneChanges {
  readonly changes: readonly Change[];
  readonly lines: readonly string[];
}

export interface Applied {
  /** Written changes, in order. */
  readonly done: readonly Change[];
  /** Owner's key → the written changes of its objects; those that all share are in each list. */
  readonly doneFor: ReadonlyMap<string, DoneChanges>;
  /** Owner's key → the changes that the appliance rejected for it. */
  readonly failures: ReadonlyMap<string, readonly Failure[]>;
  /** Owners whose objects differ from the ledger: they must be read and planned again. */
  readonly outdatedOwners: ReadonlySet<string>;
  /** The first difference of each: later ones may only be its consequence. */
  readonly outdatedCause: ReadonlyMap<string, Failure>;
  /** Members that the appliance could not bind, by group. */
  readonly failedMembers: ReadonlyMap<string, readonly GroupMember[]>;
}

/**
 * - `ok`: everything written so far succeeded.
 * - `failed`: the appliance rejected a change for good.
 * - `outdated`: the appliance differed from the ledger.
 */
export type OwnerStatus = 'ok' | 'failed' | 'outdated';

/** Errors by which the appliance differs from what the plan was made for. */
const DIFFERENCES: readonly NitroErrorKind[] = ['exists', 'gone', 'priority', 'referenced'];

/** `Maximum resource limit reached`. */
const LIMIT_REACHED = 1072;

/**
 * Tracks the owners of a plan while it is written. One owner's error must not stop another's changes, and no host may
 * lead to an object that is missing.
 *
 * | change | is attempted while | otherwise its other owners |
 * |---|---|---|
 * | shared (no owners) | always | |
 * | removal | all its owners are ok | fail, or are outdated, like the first that is not ok |
 * | any other | one of its owners is ok | fail, or are outdated, like the first that is not ok |
 *
 * | answer of the appliance | the change | its owners |
 * |---|---|---|
 * | no error, or an error that says that it is so already | is done | stay as they are |
 * | removal: another object still references it | is deferred once, to the end | stay as they are |
 * | exists, gone, priority in use, still referenced at the end | is not done | are outdated |
 * | any other error, and a change that the plan refused | is not done | fail |
 *
 * Owners are those of the change and those it is also for; of a shared change, everyone in the plan.
 */
export class ApplyProgress implements Applied {
  readonly done: Change[] = [];
  readonly doneFor = new Map<string, { changes: Change[]; lines: string[] }>();
  readonly failures = new Map<string, Failure[]>();
  readonly outdatedOwners = new Set<string>();
  readonly outdatedCause = new Map<string, Failure>();
  readonly failedMembers = new Map<string, readonly GroupMember[]>();
  #deferred: Change[] = [];
  #everyone: readonly string[] = [];

  constructor(everyone: readonly string[] = [], failed?: ReadonlyMap<string, readonly Failure[]>) {
    this.startPlan(everyone, failed);
  }

  /**
   * Begins with a plan. What was written of it before stays known.
   *
   * @param everyone owners in the plan.
   * @param failed owners that failed before the plan is written.
   */
  startPlan(everyone: readonly string[], failed: ReadonlyMap<string, readonly Failure[]> = new Map()): this {
    this.#everyone = everyone;
    for (const [owner, list] of failed) this.failures.set(owner, [...(this.failures.get(owner) ?? []), ...list]);
    return this;
  }

  statusOf(owner: string): OwnerStatus {
    if (this.outdatedOwners.has(owner)) return 'outdated';
    return this.failures.has(owner) ? 'failed' : 'ok';
  }

  /** Returns whether to attempt a change. What stops it is recorded for its other owners. */
  shouldAttempt(change: Change): boolean {
    const { op, resource } = change;
    const { owners } = resource;
    // As a rule nobody failed: nothing is counted then.
    const stopped =
      this.failures.size + this.outdatedOwners.size === 0
        ? []
        : owners.filter((owner) => this.statusOf(owner) !== 'ok');
    const skipped = op === 'remove' ? stopped.length > 0 : owners.length > 0 && stopped.length === owners.length;
    if (skipped) {
      for (const owner of concernedBy(change)) this.#propagate(owner, stopped);
      return false;
    }
    if (change.refused === undefined) return true;
    this.record(change, new NitroError('bind policy', LIMIT_REACHED, 599, change.refused));
    return false;
  }

  /** Records the appliance's answer to a change. */
  record(change: Change, result: ItemResult): void {
    if (change.op === 'remove' && result?.kind === 'referenced') this.#deferred.push(change);
    else this.recordFinal(change, result);
  }

  /** Returns the removals to repeat at the end, when nothing may reference their objects any more. */
  takeDeferred(): Change[] {
    const changes = this.#deferred;
    this.#deferred = [];
    return changes;
  }

  /** Records the answer to a change without deferring it. */
  recordFinal(change: Change, result: ItemResult): void {
    if (result === undefined || isSoAlready(change, result)) {
      this.#markDone(change);
      return;
    }
    const failure = { change, error: result };
    const concerned = concernedBy(change);
    for (const owner of concerned.length === 0 ? this.#everyone : concerned) {
      if (DIFFERENCES.includes(result.kind)) this.#markOutdated(owner, failure);
      else this.#markFailed(owner, failure);
    }
  }

  #markDone(change: Change): void {
    this.done.push(change);
    const { owners } = change.resource;
    // The outcome of each owner has the line: it is made here, while the appliance works on another call.
    const line = render(change);
    // Nearly every row has one owner.
    if (owners.length === 1) this.#addFor(owners[0] as string, change, line);
    else for (const owner of owners.length === 0 ? this.#everyone : owners) this.#addFor(owner, change, line);
  }

  #addFor(owner: string, change: Change, line: string): void {
    const done = this.doneFor.get(owner);
    if (done === undefined) {
      this.doneFor.set(owner, { changes: [change], lines: [line] });
      return;
    }
    done.changes.push(change);
    done.lines.push(line);
  }

  /** Gives an owner the status of those that stopped its change, with their reason. */
  #propagate(owner: string, stopped: readonly string[]): void {
    if (this.statusOf(owner) !== 'ok') return;
    const failure = stopped.flatMap((one) => this.failures.get(one) ?? [])[0];
    const cause = stopped.flatMap((one) => this.outdatedCause.get(one) ?? [])[0];
    if (failure === undefined) this.#markOutdated(owner, cause);
    else this.#markFailed(owner, failure);
  }

  #markFailed(owner: string, failure: Failure): void {
    const list = this.failures.get(owner);
    if (list === undefined) this.failures.set(owner, [failure]);
    else list.push(failure);
  }

  #markOutdated(owner: string, cause: Failure | undefined): void {
    this.outdatedOwners.add(owner);
    if (cause !== undefined && !this.outdatedCause.has(owner)) this.outdatedCause.set(owner, cause);
  }
}

/** Returns whether an error says that the change is done already. */
function isSoAlready({ op, resource }: Change, error: NitroError): boolean {
  if (op === 'remove') return error.kind === 'gone';
  // An object that exists once for the system is the same whoever created it, and so is a binding.
  const same = resource.role === 'system' || resource.role === 'system-policy' || isBinding(resource.type);
  return op === 'add' && error.kind === 'exists' && same;
}
