import { type Owner, ownerKey, type SourceState } from '../contract/index.ts';
import type { Decision } from '../ledger/index.ts';
import { interpretState, type JudgedState, NO_HASHES } from '../reconcile/index.ts';
import type { EventRef } from './event-ref.ts';
import { LateHashes } from './late-hashes.ts';
import { sameJson } from './same-json.ts';

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
