import { type BusEvent, keySpaceOf, nextPrefix, prefixesIn, type SourceState } from '../../contract/index.ts';
import { type DesiredIngress, emptyState } from '../state/desired-state.ts';
import { refOf } from '../state/ingress-ref.ts';
import type { KeySpace } from '../state/key-space.ts';
import type { PublishedState } from '../state/published-state.ts';
import { candidateBytes, type EventBuilder } from './event-builder.ts';
import { type Demand, type Outbox, repeat, SEEN_DELETED } from './outbox.ts';
import { planRange } from './range-plan.ts';
import type { Sequencer } from './sequence.ts';
import type { AssessedState, NamedCandidate, StatesAhead } from './states-ahead.ts';
import type { TriggerTimes } from './trigger-times.ts';

/** An event that is ready to be published, and the two ways it may end. */
export interface PendingEvent {
  readonly event: BusEvent;
  /** The bus accepted the event. */
  accepted(): void;
  /** The event may have arrived or not. */
  failed(): void;
}

/** A snapshot on its way through the key space. */
export interface SnapshotRun {
  /** Start of the next range. */
  from: string | undefined;
  /** Whether every range of the snapshot is flagged (protocol rule 4). */
  readonly flagged: boolean;
  readonly confirmed: boolean;
  readonly takesOver: boolean;
  readonly verify: ReadonlySet<string>;
}

/** States that are worked out in one turn of the event loop. */
export const AHEAD_PART = 25;

/** How often a range is gone through ahead, where more than a part of it changes meanwhile. */
const AHEAD_ROUNDS = 4;

export interface EventWriterOptions {
  readonly desired: (name: string) => DesiredIngress;
  /** Its names are dropped when `desired` may return something else. */
  readonly ahead: StatesAhead;
  /** Returns whether the Ingress is in the cluster, selected or not. */
  readonly exists: (name: string) => boolean;
  readonly published: PublishedState;
  readonly keys: KeySpace;
  readonly outbox: Outbox;
  readonly triggers: Pick<TriggerTimes, 'add' | 'take'>;
  readonly sequencer: Pick<Sequencer, 'next'>;
  readonly builder: EventBuilder;
  readonly settings: { readonly snapshotBytes: number; readonly maxEntryBytes: number };
  /**
   * Returns whether a state, or its absence, may result from objects that cannot be read (LIF-6). Such an Ingress, if
   * it was never published, waits for the snapshot that follows when everything can be read.
   */
  readonly mayBeHidden: (name: string, state: SourceState | undefined) => boolean;
  /** Returns whether the loss of the Ingress was not seen (LIF-6): only a snapshot may carry it, for the prune guard. */
  readonly isDoubted: (name: string) => boolean;
  /** Returns whether an appliance refuses snapshots now: an absent Ingress may be the reason. */
  readonly isRefused: () => boolean;
  /** Requests the snapshot that carries doubted losses. */
  readonly requestSnapshot: (verify: ReadonlySet<string>) => void;
  /** Takes why no event can carry an Ingress (its last published state stays), or undefined where one can. */
  readonly reportFit: (name: string, reason: string | undefined) => void;
}

/**
 * Writes events. It reads the desired state, takes the sequence and makes the event in one step without waiting
 * (protocol rule 14), and records in {@link PublishedState} what was published.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;
  /** Doubted Ingress → appliances that asked for it: they are answered when it is seen again. */
  readonly #owed = new Map<string, ReadonlySet<string>>();

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  /** Returns single events for the oldest names of the outbox that need one; at most `count`. */
  singles(count: number): PendingEvent[] {
    const events: PendingEvent[] = [];
    while (events.length < count) {
      const next = this.#options.outbox.take();
      if (next === undefined) break;
      const event = this.#single(next.name, next.demand);
      if (event === undefined) continue;
      this.#options.outbox.spend(next.name, next.demand);
      events.push(event);
    }
    return events;
  }

  #single(name: string, asked: Demand): PendingEvent | undefined {
    const { published, builder, sequencer, outbox, triggers } = this.#options;
    const demand = this.#withOwed(name, asked);
    const triggeredAt = triggers.take(name);
    const last = published.get(name);
    const desired = this.#options.desired(name);
    if (last === undefined && this.#options.mayBeHidden(name, desired.state)) return undefined;
    const failed = (): void => outbox.add(name, demand);
    if (desired.state === undefined || desired.hash === undefined) return this.#withdrawal(name, demand, failed);
    const { hash } = desired;
    if (last?.hash === hash && !demand.repeat) return undefined;
    const candidate = this.#candidate(name, desired);
    if (candidate === undefined || !candidate.fits) {
      // Recorded as published, or every change elsewhere would try it again.
      published.accept(name, hash, last?.sequence ?? 0);
      return undefined;
    }
    const sequence = sequencer.next();
    published.attempt(name, sequence);
    const event = builder.changed(sequence, desired.state, { verify: demand.verify, triggeredAt });
    const failedChange = (): void => {
      failed();
      if (triggeredAt !== undefined) triggers.add([name], triggeredAt);
    };
    return { event, accepted: () => published.accept(name, hash, sequence), failed: failedChange };
  }

  #withdrawal(name: string, demand: Demand, failed: () => void): PendingEvent | undefined {
    const { published, builder, sequencer, isDoubted, isRefused, requestSnapshot } = this.#options;
    const last = published.get(name);
    if (last === undefined && !demand.repeat) return undefined;
    if (!this.#mayWithdraw(name, demand)) {
      if (isDoubted(name) && demand.repeat) this.#owed.set(name, demand.verify);
      // An Ingress that was never seen, and that an appliance asks for: the guard judges, unless it has refused already.
      if (last !== undefined || isDoubted(name) || !isRefused()) requestSnapshot(demand.verify);
      return undefined;
    }
    const sequence = sequencer.next();
    published.attempt(name, sequence);
    const event = builder.withdrawn(sequence, refOf(name), demand.verify);
    return { event, accepted: () => this.#forget(name), failed };
  }

  /** Adds what was asked for while the Ingress was doubted, and could not be answered. */
  #withOwed(name: string, demand: Demand): Demand {
    const owed = this.#owed.get(name);
    if (owed === undefined) return demand;
    this.#owed.delete(name);
    return { ...demand, repeat: true, verify: demand.verify.union(owed) };
  }

  /** Single withdrawals meet no prune guard, so only a deletion that was seen becomes one (protocol rule 11). */
  #mayWithdraw(name: string, demand: Demand): boolean {
    const { published, isDoubted } = this.#options;
    // It may have been deleted, created again and lost by a list since: the last of these counts.
    if (isDoubted(name)) return false;
    return demand.alone || published.get(name) !== undefined;
  }

  /**
   * Works out what the next range may hold, a part at a time: making an event of 240 KB in one step would hold up a process with a
   * small share of a processor for seconds. Nothing is said by it: {@link range} works out what is missing.
   */
  *ahead(from: string): Generator<void> {
    const { keys, ahead, settings } = this.#options;
    const space = keySpaceOf(from);
    const prefixes = space.slice(space.indexOf(from));
    for (let round = 0; round < AHEAD_ROUNDS; round += 1) {
      let [bytes, missing] = [0, 0];
      for (const prefix of prefixes) {
        for (const name of keys.of(prefix)) {
          if (ahead.get(name) === undefined) {
            missing += 1;
            if (missing % AHEAD_PART === 0) yield;
          }
          const { candidate } = this.#assessed(name);
          bytes += candidate?.fits === true ? candidate.bytes : (candidate?.listedBytes ?? 0);
        }
        if (bytes > settings.snapshotBytes) break;
      }
      if (missing < AHEAD_PART) return;
    }
  }

  #assessed(name: string): AssessedState {
    const { ahead, desired } = this.#options;
    const known = ahead.get(name);
    if (known !== undefined) return known;
    const now = desired(name);
    const assessed = { wanted: now.state !== undefined, candidate: this.#candidate(name, now) };
    ahead.keep(name, assessed);
    return assessed;
  }

  /** Returns the next range of a snapshot, complete as of its sequence. */
  range(run: SnapshotRun, from: string): PendingEvent {
    const { published, keys, builder, sequencer, outbox, triggers, settings, ahead } = this.#options;
    const sequence = sequencer.next();
    const seenDeleted = new Set<string>();
    const candidatesOf = (prefix: string): NamedCandidate[] =>
      keys.of(prefix).flatMap((name) => {
        const { wanted, candidate } = this.#assessed(name);
        if (wanted) return candidate ?? [];
        if (published.get(name) === undefined || this.#options.isDoubted(name)) return [];
        seenDeleted.add(name);
        return listedOnly(name);
      });
    const plan = planRange(from, candidatesOf, settings.snapshotBytes - builder.emptySnapshotBytes(run));

    const names = prefixesIn(plan).flatMap((prefix) => keys.of(prefix));
    const lost = names.filter(
      (name) => !this.#assessed(name).wanted && published.get(name) !== undefined && !seenDeleted.has(name),
    );
    const changed = plan.states.filter(({ name, hash }) => published.get(name)?.hash !== hash);
    for (const name of [...lost, ...changed.map((each) => each.name)]) published.attempt(name, sequence);

    const follows = new Set(plan.listed.filter(({ fits }) => fits).map(({ name }) => name));
    // Absorbed now, not on acceptance: a change in between must be published again.
    const absorbed = names.filter((name) => !follows.has(name) && outbox.absorb(name));
    // A snapshot repeats what is true: it is measured by no change.
    for (const name of names) if (!follows.has(name)) triggers.take(name);

    // A snapshot with content that no single event carried must leave its watermark (protocol rule 4).
    const flagged = run.flagged || lost.length > 0 || changed.length > 0;
    return {
      event: builder.snapshot(sequence, plan, { ...run, flagged }),
      accepted: () => {
        for (const { name, hash } of plan.states) published.accept(name, hash, sequence);
        for (const name of lost) this.#forget(name);
        // A single event below the snapshot's sequence would be stale: those of listed Ingresses follow.
        for (const name of follows) outbox.add(name, repeat(run.verify));
        // Withdrawn one by one, however many they are: the prune guard must not stop half of them.
        for (const name of names) if (seenDeleted.has(name)) outbox.add(name, SEEN_DELETED);
        run.from = nextPrefix(plan.to);
        ahead.clear();
      },
      failed: () => {
        for (const name of absorbed) outbox.add(name);
      },
    };
  }

  #forget(name: string): void {
    this.#options.published.forget(name);
    if (!this.#options.exists(name)) this.#options.keys.delete(name);
  }

  #candidate(name: string, { state, hash, unpublishable }: DesiredIngress): NamedCandidate | undefined {
    if (state === undefined || hash === undefined) return undefined;
    const { builder, settings } = this.#options;
    const sizes = candidateBytes(state);
    // The exact size needs the whole event, so it is computed only near the limit.
    const entryBytes = sizes.bytes > settings.maxEntryBytes / 2 ? builder.changedBytes(state) : 0;
    const oversized =
      entryBytes > settings.maxEntryBytes
        ? `its event would have ${entryBytes} bytes, and an entry may have ${settings.maxEntryBytes}`
        : undefined;
    const reason = unpublishable ?? oversized;
    this.#options.reportFit(name, reason);
    return { ...sizes, fits: reason === undefined, name, state, hash };
  }
}

/** Returns a candidate that is listed by name, so that the snapshot leaves it alone: its withdrawal follows. */
function listedOnly(name: string): NamedCandidate {
  const state = emptyState(refOf(name));
  return { ...candidateBytes(state), fits: false, name, state, hash: '' };
}
