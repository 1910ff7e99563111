import { digest, type SourceState } from '../../contract/index.ts';
import type { Decision } from '../../ledger/index.ts';
import { interpretState, type JudgedState, judgeState, type Task, type TaskContext } from './task.ts';

/** States that are remembered: about 300 bytes each. */
const MOST = 100_000;

/** What is remembered of a state: everything but its routes, which take most of the memory. */
interface Remembered extends Omit<JudgedState, 'wanted'> {
  /** Digest of the state. */
  readonly state: string;
}

/**
 * Remembers how the states of an appliance's objects were judged. Snapshots repeat nearly all of them: a state that says the
 * same is not interpreted and hashed again, and its routes are made only where somebody asks for them.
 */
export class JudgedStates {
  readonly #most: number;
  readonly #byKey = new Map<string, Remembered>();
  /** The settings that what is remembered was judged by. */
  #by: Pick<TaskContext, 'filter' | 'rules'> | undefined;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Judges the state of a decision. Other settings, by identity, judge otherwise: nothing of before is remembered then. */
  judge(decision: Decision<SourceState>, context: TaskContext): JudgedState {
    if (decision.state === undefined) return judgeState(decision, context);
    if (this.#by?.filter !== context.filter || this.#by.rules !== context.rules) this.#byKey.clear();
    this.#by = context;
    const state = digest(JSON.stringify(decision.state), STATE_DIGEST);
    const known = this.#byKey.get(decision.key);
    if (known?.state === state) return new RememberedState(known, decision, context);
    const judged = judgeState(decision, context);
    this.#remember(decision.key, state, judged);
    return judged;
  }

  #remember(key: string, state: string, { wanted, findings, skipped, hashes }: JudgedState): void {
    // Nobody knows which of them come again, and all come soon.
    if (this.#byKey.size >= this.#most && !this.#byKey.has(key)) this.#byKey.clear();
    this.#byKey.set(key, {
      ...{ state, findings, hashes },
      ...(skipped === undefined ? {} : { skipped }),
      ...(wanted === undefined ? {} : { created: wanted.created }),
    });
  }
}

/** Characters of a digest: 128 bits. */
const STATE_DIGEST = 26;

/** A state that was judged before: its routes are made when they are asked for. */
class RememberedState implements JudgedState {
  readonly findings: JudgedState['findings'];
  readonly hashes: JudgedState['hashes'];
  readonly skipped?: NonNullable<Task['skipped']>;
  readonly created?: number;
  readonly #decision: Decision<SourceState>;
  readonly #context: TaskContext;
  #made: Pick<Task, 'wanted'> | undefined;

  constructor(known: Remembered, decision: Decision<SourceState>, context: TaskContext) {
    this.findings = known.findings;
    this.hashes = known.hashes;
    if (known.skipped !== undefined) this.skipped = known.skipped;
    if (known.created !== undefined) this.created = known.created;
    this.#decision = decision;
    this.#context = context;
  }

  get wanted(): Task['wanted'] {
    this.#made ??= interpretState(this.#decision, this.#context);
    return this.#made.wanted;
  }
}
