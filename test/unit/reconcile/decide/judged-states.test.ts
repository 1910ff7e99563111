import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../../lib/contract/index.ts';
import { JudgedStates } from '../../../../lib/reconcile/decide/judged-states.ts';
import { type TaskContext, taskOf } from '../../../../lib/reconcile/decide/task.ts';
import { resident } from '../../../support/estate.ts';
import { decision } from '../support.ts';

/** Counts how often a state is interpreted: each time looks at the rules of who may have which host. */
function counting(): { context: TaskContext; readonly made: number } {
  let made = 0;
  const rules: TaskContext['rules'] = {
    ipsets: [],
    get hostOwnership() {
      made += 1;
      return [];
    },
  };
  return {
    context: { filter: {}, rules },
    get made() {
      return made;
    },
  };
}

const STATE = resident(1, { vip: '192.0.2.10' });
const copy = (state: IngressState): IngressState => structuredClone(state);

describe('states that were judged', () => {
  it('the same again: neither interpreted nor hashed', () => {
    const count = counting();
    const states = new JudgedStates();
    const first = states.judge(decision({ state: STATE }), count.context);
    const again = states.judge(decision({ state: copy(STATE) }), count.context);
    expect(count.made).toBe(1);
    expect(again.hashes).toBe(first.hashes);
    expect(again.created).toBe(first.wanted?.created);
  });

  it('its routes are made when they are asked for, once', () => {
    const count = counting();
    const states = new JudgedStates();
    const first = states.judge(decision({ state: STATE }), count.context);
    const again = states.judge(decision({ state: copy(STATE) }), count.context);
    expect([again.wanted, again.wanted]).toEqual([first.wanted, first.wanted]);
    expect(count.made).toBe(2);
  });

  it('another state, and another Ingress with the same one: judged anew', () => {
    const count = counting();
    const states = new JudgedStates();
    states.judge(decision({ state: STATE }), count.context);
    states.judge(decision({ state: resident(1, { vip: '192.0.2.11' }) }), count.context);
    states.judge(decision({ key: 'other', state: STATE }), count.context);
    states.judge(decision({ state: STATE }), count.context);
    expect(count.made).toBe(4);
  });

  it('more than fit: the oldest are forgotten, and judged as before', () => {
    const count = counting();
    const states = new JudgedStates(2);
    for (const key of ['a', 'b', 'c', 'a']) {
      expect(states.judge(decision({ key, state: STATE }), count.context).wanted?.routes).toHaveLength(1);
    }
    expect(count.made).toBe(4);
  });

  it('other settings: judged by them', () => {
    const states = new JudgedStates();
    const context: TaskContext = { filter: {}, rules: { hostOwnership: [], ipsets: [] } };
    const one = decision({ state: STATE });
    expect(states.judge(one, context).skipped).toBeUndefined();
    expect(states.judge(one, { ...context, filter: { ingressClasses: ['other'] } }).skipped).toBe('unselected');
    const rules = { ...context.rules, hostOwnership: [{ suffix: 'example.com', namespaces: ['nobody'] }] };
    expect(states.judge(one, { ...context, rules }).wanted).toBeUndefined();
    expect(states.judge(one, context).wanted?.routes).toHaveLength(1);
  });

  it('a withdrawal remembers nothing', () => {
    const count = counting();
    const states = new JudgedStates();
    states.judge(decision({ state: STATE }), count.context);
    expect(states.judge(decision(), count.context).wanted).toBeUndefined();
  });

  it('any states in any order: a task is what it is without them', () => {
    const context: TaskContext = { filter: {}, rules: { hostOwnership: [], ipsets: [] } };
    const state = fc.record({
      index: fc.nat(2),
      vip: fc.constantFrom('192.0.2.10', '192.0.2.11', 'none'),
      deselected: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 12 }), (all) => {
        const states = new JudgedStates(3);
        for (const { index, vip, deselected } of all) {
          const made = resident(index, { vip });
          const one = decision({ key: `k${index}`, state: deselected ? { ...made, class: 'other' } : made });
          expect(taskOf(one, { ...context, judge: (asked) => states.judge(asked, context) })).toEqual(
            taskOf(one, context),
          );
        }
      }),
    );
  });
});
