import { isIngress, type Owner, ownerKey, type SourceState, sameJson } from '../contract/index.ts';
import { otherMembers, withOtherMembers } from '../ingress/index.ts';
import type { Decision } from '../ledger/index.ts';
import { interpretState, type JudgedState, NO_HASHES } from '../reconcile/index.ts';
import type { EventRef } from './event-ref.ts';
import { LateHashes } from './late-hashes.ts';

/** An object of a cluster as an appliance knows it. */
export interface KnownObject {
  readonly owner: Owner;
  readonly state: SourceState;
  readonly judged: JudgedState;
  /** The event that brought this state. */
  readonly since: EventRef;
  /** The last event that said the same. */
  readonly confirmed: EventRef;
  /** Its routes that are on the appliance; undefined for none. */
  readonly routes: JudgedState['wanted'];
  readonly hashes: JudgedState['hashes'];
  /** Whether it waits for an address and port that has another kind (rule 12). */
  readonly blocked: boolean;
}

/** What of an object is on the appliance. */
export type Programmed = Pick<KnownObject, 'routes' | 'hashes' | 'blocked'>;

const WITHDRAWN: JudgedState = { wanted: undefined, findings: [], hashes: NO_HASHES };

/**
 * The objects of an appliance. Their judgements are kept: snapshots repeat most states, and a state that says the same has
 * the same routes.
 */
export class KnownObjects {
  readonly #context: Parameters<typeof interpretState>[1];
  readonly #objects = new Map<string, KnownObject>();
  /** Judgements for the event under way, by key. */
  #fresh = new Map<string, Pick<KnownObject, 'state' | 'judged'>>();
  /** States that were interpreted: the work that grows with the archive. */
  judged = 0;

  constructor(context: Parameters<typeof interpretState>[1]) {
    this.#context = context;
  }

  get(key: string): KnownObject | undefined {
    return this.#objects.get(key);
  }

  of(owner: Owner): KnownObject | undefined {
    return this.#objects.get(ownerKey(owner));
  }

  values(): IterableIterator<KnownObject> {
    return this.#objects.values();
  }

  judge(decision: Decision<SourceState>): JudgedState {
    const { key, state } = decision;
    const known = this.#objects.get(key);
    const again = state === undefined || known === undefined ? undefined : this.judgeAgain(known, state);
    if (state === undefined || again === undefined) return this.judgeAsWhole(decision);
    if (again !== known?.judged) this.#fresh.set(key, { state, judged: again });
    return again;
  }

  /** Judges as {@link judge} does, without the shortcut for members: only the same state is not interpreted again. */
  judgeAsWhole(decision: Decision<SourceState>): JudgedState {
    if (decision.state === undefined) return WITHDRAWN;
    const known = this.#objects.get(decision.key);
    if (known !== undefined && sameJson(known.state, decision.state)) return known.judged;
    this.judged += 1;
    const { wanted, findings, skipped } = interpretState(decision, this.#context);
    const judged: JudgedState = {
      wanted,
      findings,
      hashes: wanted === undefined ? NO_HASHES : new LateHashes(wanted),
      ...(skipped === undefined ? {} : { skipped }),
    };
    this.#fresh.set(decision.key, { state: decision.state, judged });
    return judged;
  }

  /**
   * Judges a state that repeats what is known of its object, or names other usable members and nothing else that is new. What
   * it wants stays where it is.
   *
   * @returns undefined for any other state.
   */
  judgeAgain({ state: before, judged }: KnownObject, state: SourceState): JudgedState | undefined {
    const { wanted, findings } = judged;
    if (wanted === undefined || !isIngress(before) || !isIngress(state)) {
      return sameJson(before, state) ? judged : undefined;
    }
    const changed = otherMembers(before, state);
    if (changed === undefined || changed.length === 0) return changed === undefined ? undefined : judged;
    const routes = withOtherMembers({ routes: wanted, findings }, changed, this.#context.rules);
    return routes === undefined ? undefined : { wanted: routes, findings, hashes: new LateHashes(routes) };
  }

  /** Keeps a state that {@link judgeAgain} judged. */
  recordAgain(key: string, state: SourceState, judged: JudgedState, by: EventRef): void {
    const known = this.#objects.get(key);
    if (known === undefined) return;
    const { wanted, hashes } = judged;
    const now: KnownObject =
      judged === known.judged
        ? { ...known, confirmed: by }
        : { ...known, state, judged, routes: wanted, hashes, since: by, confirmed: by };
    this.#objects.set(key, now);
  }

  /** Notes that an event said of objects what is known of them. */
  confirm(keys: readonly string[], by: EventRef): void {
    for (const key of keys) {
      const known = this.#objects.get(key);
      if (known !== undefined) this.#objects.set(key, { ...known, confirmed: by });
    }
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) this.#objects.delete(key);
  }

  /** Keeps what the event decided about an object, and what of that is on the appliance. */
  record(decision: Decision<SourceState>, by: EventRef, { routes, hashes, blocked }: Programmed): void {
    const { key, owner, state } = decision;
    if (state === undefined) {
      this.#objects.delete(key);
      return;
    }
    const known = this.#objects.get(key);
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined)
      this.#objects.set(key, { owner, ...fresh, since: by, confirmed: by, routes, hashes, blocked });
    else if (known !== undefined) this.#objects.set(key, { ...known, confirmed: by, routes, hashes, blocked });
  }

  /** Forgets judgements that came to nothing: those of a refused snapshot. */
  settle(): void {
    this.#fresh = new Map();
  }
}
