import { describe, expect, it } from 'vitest';
import { isOutOfTier, type Resource, tierOf } from '../../../lib/netscaler/index.ts';

const binding = (policyname: string, priority: number): Resource => ({
  role: 'policy-binding',
  type: 'sslvserver_sslpolicy_binding',
  id: { vservername: 'v', policyname, type: 'CLIENTHELLO_REQ' },
  attributes: { priority },
  owners: ['o'],
});

describe('TLS-2: the tiers of back ends’ policies', () => {
  it.each([
    ['p', 1, true],
    ['p', 2, false],
    ['p', 31_998, false],
    ['p', 31_999, true],
    ['p', 32_000, true],
    ['p-w', 31_999, true],
    ['p-w', 32_000, false],
    ['p-w', 63_999, false],
    ['p-w', 64_000, true],
    ['p', Number.NaN, true],
  ])('%s with priority %i is out of its tier: %s', (policy, priority, expected) => {
    expect(isOutOfTier(binding(policy, priority))).toBe(expected);
  });

  it('a policy for wildcards → the wildcard tier, any other → the exact tier', () => {
    expect([tierOf(binding('p-w', 1)), tierOf(binding('p-w-x', 1))]).toEqual(['wildcard', 'exact']);
  });

  it('bindings of other roles have no tier', () => {
    expect(isOutOfTier({ ...binding('gate', 1), role: 'front-end-binding' })).toBe(false);
  });
});
