import { describe, expect, it } from 'vitest';
import { type ReadinessInputs, unreadiness } from '../../../../lib/forwarder/process/readiness.ts';

const kind = {
  kind: 'Ingress',
  objects: 3,
  listed: true,
  problem: undefined,
  silentMs: 1_000,
  doubted: false,
  restarts: { ended: 2, failed: 1 },
} as const;

describe('unreadiness', () => {
  const fine: ReadinessInputs = {
    kinds: [kind],
    staleMs: 60_000,
    lease: undefined,
    identified: true,
    leader: { failures: 2, started: true },
    stopping: false,
  };
  it.each<[string, Partial<ReadinessInputs>, string[]]>([
    ['a leader that publishes', {}, []],
    ['a replica that waits', { leader: undefined }, []],
    ['a kind never listed', { kinds: [{ ...kind, listed: false }] }, ['Ingress: not listed yet']],
    [
      'a kind of which nothing is listed, which cannot be',
      { kinds: [{ ...kind, doubted: true, listed: false }] },
      [expect.stringMatching(/^Ingress: the API server lists none, which.*snapshot\?confirmed=true/)],
    ],
    ['a kind that may not be read', { kinds: [{ ...kind, problem: 'forbidden' }] }, ['Ingress: forbidden']],
    [
      'a stale watch',
      { kinds: [{ ...kind, silentMs: 61_000 }] },
      ['Ingress: the API server has sent nothing for 61 s'],
    ],
    ['publishing that fails', { leader: { failures: 3, started: true } }, ['publishing: 3 attempts in a row failed']],
    [
      'a leader that has not begun',
      { leader: { failures: 0, started: false } },
      ['publishing: the first view of the cluster is not complete yet'],
    ],
    ['a Lease that cannot be used', { lease: 'forbidden' }, ['lease: forbidden']],
    ['a stop', { stopping: true }, ['the process is stopping']],
    [
      'a cluster without identity',
      { identified: false },
      ['the cluster is not identified: the namespace kube-system could not be read yet'],
    ],
  ])('of %s', (_what, change, reasons) => {
    expect(unreadiness({ ...fine, ...change })).toEqual(reasons);
  });
});
