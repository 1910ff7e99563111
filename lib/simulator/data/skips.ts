import type { ValueSelection } from '../expression/compile.ts';
import { type Subject, UNDEF } from '../expression/values.ts';

/** Neighbours of a bank whose rules differ in the value alone. */
interface Run {
  /** Index behind the last of them. */
  readonly end: number;
  readonly selection: ValueSelection;
  /** Value → indexes of the policies that select it, in order. */
  readonly byValue: ReadonlyMap<string, readonly number[]>;
}

/**
 * Finds the next policy of a bank that can be true. A front end has a policy for each back end, and their rules differ in
 * the back end alone: the value that a connection has is looked up, instead of asking thousands of policies.
 */
export class Skips {
  /** By index of the policy; undefined where a policy has no such neighbour. */
  readonly #runs: readonly (Run | undefined)[];

  /** @param policies a bank in the order of its priorities */
  constructor(policies: readonly { readonly selection: ValueSelection | undefined }[]) {
    const runs: (Run | undefined)[] = [];
    while (runs.length < policies.length) {
      const begin = runs.length;
      const selection = policies[begin]!.selection;
      const byValue = new Map<string, number[]>();
      let end = begin;
      for (; end < policies.length && selection?.key === policies[end]!.selection?.key; end += 1) {
        const value = policies[end]!.selection?.value ?? '';
        const same = byValue.get(value);
        if (same === undefined) byValue.set(value, [end]);
        else same.push(end);
      }
      const run = selection === undefined || end === begin + 1 ? undefined : { end, selection, byValue };
      while (runs.length < end) runs.push(run);
    }
    this.#runs = runs;
  }

  /** Returns the index of the first policy from `at` that is not false for sure; the number of policies at the end. */
  next(at: number, subject: Subject): number {
    for (let index = at; ; ) {
      const run = this.#runs[index];
      if (run === undefined) return index;
      const guard = run.selection.guard(subject);
      if (guard === UNDEF) return index;
      const value = guard === false ? undefined : run.selection.text(subject);
      if (value === UNDEF) return index;
      const found = typeof value === 'string' ? run.byValue.get(value)?.find((each) => each >= index) : undefined;
      if (found !== undefined) return found;
      index = run.end;
    }
  }
}
