import { type BusEvent, type IngressState, inRange, nextPrefix, PREFIXES } from '../../contract/index.ts';
import type { DesiredIngress } from '../state/desired-state.ts';
import { refOf } from '../state/ingress-ref.ts';
import type { KeySpace } from '../state/key-space.ts';
import type { PublishedState } from '../state/published-state.ts';
import { candidateBytes, type EventBuilder } from './event-builder.ts';
import { again, type Demand, type Outbox, SEEN_GONE } from './outbox.ts';
import { type Candidate, planRange } from './range-plan.ts';
import type { Sequencer } from './sequence.ts';

/** An event that is ready to go, and what to do when it is known how it went. */
export interface PendingEvent {
  readonly event: BusEvent;
  /** The bus took it. */
  accepted(): void;
  /** It may have arrived or not. */
  failed(): void;
}

/** A snapshot on its way through the key space. */
export interface SnapshotRun {
  /** Where the next range begins. */
  from: string | undefined;
  /** Every range of it is flagged (protocol rule 4). */
  readonly flagged: boolean;
  readonly confirmed: boolean;
  readonly takesOver: boolean;
  readonly verify: ReadonlySet<string>;
}

export interface EventWriterOptions {
  readonly desired: (name: string) => DesiredIngress;
  /** Whether the Ingress is in the cluster, selected or not. */
  readonly exists: (name: string) => boolean;
  readonly published: PublishedState;
  readonly keys: KeySpace;
  readonly outbox: Outbox;
  readonly sequencer: Pick<Sequencer, 'next'>;
  readonly messages: EventBuilder;
  readonly snapshotBytes: number;
  readonly maxEntryBytes: number;
  /**
   * Whether a state, or that there is none, may come from what merely cannot be read (LIF-6). What was never said is
   * held back then, until the snapshot that follows when all is read.
   */
  readonly doubtful: (name: string, state: IngressState | undefined) => boolean;
  /** Whether nobody saw the Ingress go (LIF-6): then a snapshot alone may say it, so that the prune guard looks at it. */
  readonly doubted: (name: string) => boolean;
  /** Whether a snapshot is refused at the moment: what is not there may be what it was refused for. */
  readonly refused: () => boolean;
  /** Asks for the snapshot that says what is doubted. */
  readonly askSnapshot: (verify: ReadonlySet<string>) => void;
  /** Takes why no event can carry an Ingress (what was said before stays), or that one can. */
  readonly reportFit: (name: string, reason: string | undefined) => void;
}

type Known = Candidate & Required<Pick<DesiredIngress, 'state' | 'hash'>> & { readonly name: string };

/**
 * Writes events: looks at the desired state, takes the sequence and makes the event, all in one step without waiting
 * (protocol rule 14). Keeps the book of what was said.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  /** Single events for the oldest names of the outbox that have something to say; at most `count`. */
  singles(count: number): PendingEvent[] {
    const drafts: PendingEvent[] = [];
    while (drafts.length < count) {
      const next = this.#options.outbox.take();
      if (next === undefined) break;
      const draft = this.#single(next.name, next.demand);
      if (draft !== undefined) drafts.push(draft);
    }
    return drafts;
  }

  #single(name: string, demand: Demand): PendingEvent | undefined {
    const { published: announced, messages, sequencer, outbox } = this.#options;
    const said = announced.get(name);
    const now = this.#options.desired(name);
    if (said === undefined && this.#options.doubtful(name, now.state)) return undefined;
    const failed = (): void => outbox.add(name, demand);
    if (now.state === undefined || now.hash === undefined) {
      if (said === undefined && !demand.again) return undefined;
      if (!this.#mayWithdraw(name, demand)) {
        if (said !== undefined || this.#options.doubted(name)) this.#options.askSnapshot(demand.verify);
        return undefined;
      }
      const sequence = sequencer.next();
      announced.attempt(name, sequence);
      const event = messages.withdrawn(sequence, refOf(name), demand.verify);
      return { event, accepted: () => this.#forget(name), failed };
    }
    const { hash } = now;
    if (said?.hash === hash && !demand.again) return undefined;
    const candidate = this.#candidate(name, now);
    if (candidate === undefined || !candidate.fits) {
      // Remembered as said, or every change elsewhere would try it again.
      announced.published(name, hash, said?.sequence ?? 0);
      return undefined;
    }
    const sequence = sequencer.next();
    announced.attempt(name, sequence);
    const event = messages.changed(sequence, now.state, demand.verify);
    return { event, accepted: () => announced.published(name, hash, sequence), failed };
  }

  /** Single withdrawals meet no prune guard, so only what was seen to go goes by one (protocol rule 11). */
  #mayWithdraw(name: string, demand: Demand): boolean {
    const { published: announced, doubted, refused } = this.#options;
    // Deleted, made again and missing from a list since: the last of it counts.
    if (doubted(name)) return false;
    return demand.alone || announced.get(name) !== undefined || !refused();
  }

  /** The next range of a snapshot: what it covers is complete as of its sequence. */
  range(run: SnapshotRun, from: string): PendingEvent {
    const { published: announced, keys, messages, sequencer, outbox, snapshotBytes } = this.#options;
    const sequence = sequencer.next();
    const known = new Map<string, DesiredIngress>();
    const seenGone = new Set<string>();
    const candidatesOf = (prefix: string): Known[] =>
      keys.of(prefix).flatMap((name) => {
        const now = this.#options.desired(name);
        known.set(name, now);
        if (now.state !== undefined) return this.#candidate(name, now) ?? [];
        if (announced.get(name) === undefined || this.#options.doubted(name)) return [];
        seenGone.add(name);
        return unspoken(name);
      });
    const plan = planRange(from, candidatesOf, snapshotBytes - messages.emptySnapshotBytes(run));

    const names = prefixesOf(plan).flatMap((prefix) => keys.of(prefix));
    const gone = names.filter(
      (name) => known.get(name)?.state === undefined && announced.get(name) !== undefined && !seenGone.has(name),
    );
    const news = plan.ingresses.filter(({ name, hash }) => announced.get(name)?.hash !== hash);
    for (const name of [...gone, ...news.map((each) => each.name)]) announced.attempt(name, sequence);

    const follows = new Set(plan.listed.filter(({ fits }) => fits).map(({ name }) => name));
    // Now, not when it was accepted: what changes in between must be said again.
    const settled = names.filter((name) => !follows.has(name) && outbox.settle(name));

    // A snapshot that says what no single event said must leave its watermark (protocol rule 4).
    const flagged = run.flagged || gone.length > 0 || news.length > 0;
    return {
      event: messages.snapshot(sequence, plan, { ...run, flagged }),
      accepted: () => {
        for (const { name, hash } of plan.ingresses) announced.published(name, hash, sequence);
        for (const name of gone) this.#forget(name);
        // Below the snapshot's sequence a single event of a listed one would be stale: it follows.
        for (const name of follows) outbox.add(name, again(run.verify));
        // Withdrawn whole, one by one, however many they are: the prune guard must not stop half of them.
        for (const name of names) if (seenGone.has(name)) outbox.add(name, SEEN_GONE);
        run.from = nextPrefix(plan.to);
      },
      failed: () => {
        for (const name of settled) outbox.add(name);
      },
    };
  }

  #forget(name: string): void {
    this.#options.published.forget(name);
    if (!this.#options.exists(name)) this.#options.keys.delete(name);
  }

  #candidate(name: string, { state, hash, unfit }: DesiredIngress): Known | undefined {
    if (state === undefined || hash === undefined) return undefined;
    const { messages, maxEntryBytes } = this.#options;
    const sizes = candidateBytes(state);
    // The exact size needs the whole event: only worth it near the limit.
    const entryBytes = sizes.bytes > maxEntryBytes / 2 ? messages.changedBytes(state) : 0;
    const tooLarge =
      entryBytes > maxEntryBytes
        ? `its event would have ${entryBytes} bytes, and an entry may have ${maxEntryBytes}`
        : undefined;
    const reason = unfit ?? tooLarge;
    this.#options.reportFit(name, reason);
    return { ...sizes, fits: reason === undefined, name, state, hash };
  }
}

/** Listed by name, so that the snapshot says nothing of it: its withdrawal follows. */
function unspoken(name: string): Known {
  const state = { ...refOf(name), created: 0, annotations: {}, rules: [], tls: [], backends: [] };
  return { ...candidateBytes(state), fits: false, name, state, hash: '' };
}

function prefixesOf(range: { from: string; to: string }): readonly string[] {
  return PREFIXES.filter((prefix) => inRange(prefix, range));
}
