import { scopeOf } from '../command/checks.ts';
import { type Compiled, compileExpression, type ValueSelection } from '../expression/compile.ts';
import { ExpressionError } from '../expression/lexer.ts';
import { type Evaluate, type Sets, type Subject, UNDEF } from '../expression/values.ts';
import type { Store, StoredRow } from '../store/store.ts';
import type { Counters } from './counters.ts';
import { inDataSet } from './data-sets.ts';
import { Skips } from './skips.ts';

/** A bound policy that is ready to be evaluated. */
interface Entry {
  readonly priority: number;
  readonly goto: string;
  readonly policy: StoredRow;
  readonly binding: StoredRow;
  readonly run: Evaluate;
  readonly selection: ValueSelection | undefined;
}

/** The sorted policies of a server, and how they were chosen. */
interface Bank {
  readonly definition: PolicyBankDefinition;
  readonly entries: readonly Entry[];
  /** Made when a connection asks. */
  skips?: Skips;
}

interface PolicyVerdict {
  /** Name of the action: built in, or an object. */
  readonly action: string;
  readonly policy: StoredRow;
  readonly binding: StoredRow;
}

/** Gives expressions the string maps, pattern sets and data sets of a partition. */
export function setsOf(store: Store): Sets {
  const exact = (kind: string, set: string, id: string): StoredRow | undefined => store.binding(kind, set, id);
  return {
    mapValue(map, key, ignoreCase) {
      const found = exact('policystringmap_pattern_binding', map, key);
      if (found !== undefined || !ignoreCase) return found?.value as string | undefined;
      const folded = key.toLowerCase();
      for (const row of store.bindings('policystringmap_pattern_binding', map)) {
        if (String(row.key).toLowerCase() === folded) return String(row.value);
      }
      return undefined;
    },
    patterns(set) {
      if (store.object('policypatset', set) === undefined) return undefined;
      return [...store.bindings('policypatset_pattern_binding', set)].map((row) => String(row.string));
    },
    hasPattern: (set, pattern) =>
      inDataSet(store, set, pattern) ?? exact('policypatset_pattern_binding', set, pattern) !== undefined,
  };
}

export interface PolicyBankDefinition {
  readonly binding: string;
  readonly policyKind: string;
  readonly undefAction: (policy: StoredRow) => string;
  readonly select: (binding: StoredRow) => boolean;
  /** Whether the policies behind a true one with this action decide instead. */
  readonly isPassed?: (action: string) => boolean;
}

/**
 * The policy banks of a partition. Rules are compiled once and banks sorted once, until one of their parts changes: a
 * connection only walks a list. A policy that is bound is put in its place, because thousands are bound one after the other.
 */
export class PolicyBanks {
  readonly store: Store;
  readonly #counters: Counters;
  readonly #byVserver = new Map<string, Map<string, Bank>>();
  /** Compiled attributes by row: a change replaces the row. */
  #compiled = new WeakMap<StoredRow, Map<string, Compiled>>();

  constructor(store: Store, counters: Counters) {
    this.store = store;
    this.#counters = counters;
    store.onChange(({ kind, before, after }) => {
      if (kind.endsWith('policy_binding')) {
        if (before === undefined && after !== undefined) this.#insert(kind, after);
        else this.#byVserver.get(kind)?.delete(serverOf(before!));
      } else if (kind === 'policyexpression') {
        this.#byVserver.clear();
        this.#compiled = new WeakMap();
      } else if (kind.endsWith('policy') && before !== undefined) {
        // A new policy is bound nowhere yet.
        this.#byVserver.clear();
      }
    });
  }

  /** Returns the compiled expression of an attribute. */
  expression(row: StoredRow, attribute: string): Compiled {
    let ready = this.#compiled.get(row);
    if (ready === undefined) {
      ready = new Map();
      this.#compiled.set(row, ready);
    }
    let compiled = ready.get(attribute);
    if (compiled === undefined) {
      compiled = this.#compile(String(row[attribute]));
      ready.set(attribute, compiled);
    }
    return compiled;
  }

  /** Compiles an expression. A changed named expression may no longer fit its use: then the whole is UNDEF. */
  #compile(text: string): Compiled {
    try {
      return compileExpression(text, scopeOf(this.store));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return { type: 'bool', run: () => UNDEF, unevaluated: [] };
    }
  }

  /**
   * Walks the policies of a server in the order of their priorities. The first true policy decides, unless its goto is
   * NEXT or a later priority: then the last true policy of the walk decides.
   */
  evaluate(vserver: string, definition: PolicyBankDefinition, subject: Subject): PolicyVerdict | undefined {
    const bank = this.#bank(vserver, definition);
    const policies = bank.entries;
    bank.skips ??= new Skips(policies);
    let verdict: PolicyVerdict | undefined;
    for (let at = bank.skips.next(0, subject); at < policies.length; at = bank.skips.next(at, subject)) {
      const { policy, run, binding } = policies[at]!;
      const result = run(subject);
      if (result === false) {
        at += 1;
        continue;
      }
      const name = String(policy.name ?? policy.policyname);
      const undef: PolicyVerdict = { action: definition.undefAction(policy), policy, binding };
      if (result === UNDEF) {
        this.#counters.undef(definition.policyKind, name);
        return undef;
      }
      this.#counters.hit(definition.policyKind, name);
      const action = String(policy.action ?? policy.reqaction ?? 'NOOP');
      if (definition.isPassed?.(action) === true) {
        at += 1;
        continue;
      }
      verdict = { action, policy, binding };
      const next = this.#next(policies, at, subject);
      if (next === undefined) return undef;
      at = next;
    }
    return verdict;
  }

  /**
   * Follows the goto of a true policy.
   *
   * @returns index of the next policy, or the number of policies at the end; undefined when the goto is not valid
   */
  #next(policies: readonly Entry[], at: number, subject: Subject): number | undefined {
    const { goto, priority } = policies[at]!;
    const upper = goto.toUpperCase();
    if (upper === 'END') return policies.length;
    if (upper === 'NEXT') return at + 1;
    const target = this.#gotoTarget(goto, subject);
    if (target === undefined || target < priority) return undefined;
    if (target === priority) return at + 1;
    const next = policies.findIndex((entry) => entry.priority === target);
    if (next >= 0) return next;
    return target > policies.at(-1)!.priority ? policies.length : undefined;
  }

  #bank(vserver: string, definition: PolicyBankDefinition): Bank {
    let byVserver = this.#byVserver.get(definition.binding);
    if (byVserver === undefined) {
      byVserver = new Map();
      this.#byVserver.set(definition.binding, byVserver);
    }
    let bank = byVserver.get(vserver);
    if (bank === undefined) {
      bank = { definition, entries: this.#entries(vserver, definition) };
      byVserver.set(vserver, bank);
    }
    return bank;
  }

  /** Puts a new binding behind those of its priority and before the next. */
  #insert(kind: string, binding: StoredRow): void {
    const [banks, server] = [this.#byVserver.get(kind), serverOf(binding)];
    const bank = banks?.get(server);
    if (banks === undefined || bank === undefined) return;
    const entry = this.#entry(binding, bank.definition);
    if (entry === undefined) return;
    const behind = bank.entries.findLastIndex(({ priority }) => priority <= entry.priority);
    banks.set(server, { definition: bank.definition, entries: bank.entries.toSpliced(behind + 1, 0, entry) });
  }

  #entries(vserver: string, definition: PolicyBankDefinition): readonly Entry[] {
    const list: Entry[] = [];
    for (const binding of this.store.bindings(definition.binding, vserver)) {
      const entry = this.#entry(binding, definition);
      if (entry !== undefined) list.push(entry);
    }
    return list.sort((a, b) => a.priority - b.priority);
  }

  /** @returns undefined for a binding that the bank does not hold. */
  #entry(binding: StoredRow, definition: PolicyBankDefinition): Entry | undefined {
    const policy = this.store.object(definition.policyKind, String(binding.policyname));
    if (policy === undefined || !definition.select(binding)) return undefined;
    const goto = String(binding.gotopriorityexpression ?? 'END');
    const rule = this.expression(policy, 'rule');
    const run = rule.type === 'bool' ? rule.run : (): typeof UNDEF => UNDEF;
    return { priority: Number(binding.priority), goto, policy, binding, run, selection: rule.selection };
  }

  #gotoTarget(goto: string, subject: Subject): number | undefined {
    const value = this.#compile(goto).run(subject);
    return typeof value === 'number' ? value : undefined;
  }
}

const serverOf = (binding: StoredRow): string => String(binding.vservername ?? binding.name);
