import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectedBehaviour, FACT_IDS, factOf, isValueOf } from '../../../lib/appliance-facts/index.ts';
import { DEFAULT_BEHAVIOUR } from '../../../lib/simulator/behaviour.ts';
import { PROBES } from '../../../lib/verification/plan.ts';
import { EVERYTHING } from '../../support/verification.ts';

describe('the list of facts', () => {
  it.each(FACT_IDS)('%s: a sentence, a file that depends on it, and values that it can have', (id) => {
    const fact = factOf(id);
    expect(fact.statement).toMatch(/^[A-Z].*\.$/);
    expect(fact.otherwise).toMatch(/^[A-Za-z].*\.$/);
    expect(existsSync(fact.usedIn), fact.usedIn).toBe(true);
    expect(isValueOf(fact, fact.expected)).toBe(true);
    expect(isValueOf(fact, DEFAULT_BEHAVIOUR[id])).toBe(true);
  });

  it('every fact has exactly one probe', () => {
    const probed = PROBES.flatMap((probe) => probe.facts(EVERYTHING));
    expect([...probed].sort()).toEqual([...FACT_IDS].sort());
  });

  it('the simulator behaves as the product expects, where nobody has asked an appliance', () => {
    expect(DEFAULT_BEHAVIOUR).toEqual(expectedBehaviour());
  });

  it.each([
    [{ values: 'yes-no' }, true, true],
    [{ values: 'yes-no' }, 'yes', false],
    [{ values: 'code' }, 273, true],
    [{ values: 'code' }, 0, false],
    [{ values: 'code' }, 1.5, false],
    [{ values: ['a', 'b'] }, 'b', true],
    [{ values: ['a', 'b'] }, 'c', false],
    [{ values: ['a', 'b'] }, true, false],
  ] as const)('%j has the value %j: %s', (values, value, expected) => {
    expect(isValueOf({ ...factOf('map-entries'), ...values } as ReturnType<typeof factOf>, value)).toBe(expected);
  });
});
