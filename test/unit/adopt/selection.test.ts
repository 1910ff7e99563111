import { describe, expect, it } from 'vitest';
import type { AdoptionVerdict, HostVerdict } from '../../../lib/adopt/judge.ts';
import { selectToGiveBack, selectToTake } from '../../../lib/adopt/selection.ts';

const frontend = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;

function verdict(
  states: Record<string, HostVerdict['state']>,
  step: 'shared' | 'handing-over' = 'shared',
): AdoptionVerdict {
  return {
    hosts: Object.entries(states).map(([host, state]) => ({ host, frontend, state, notes: [], reason: 'why' })),
    frontends: [{ frontend, server: 'k8s', step, blocked: undefined, hindrances: [] }],
  };
}

const namesIn = (selection: ReturnType<typeof selectToTake>): readonly string[] | string =>
  'refused' in selection ? selection.refused : selection.hosts.map(({ host }) => host);

describe('what is taken over', () => {
  const all = verdict({ 'a.test': 'ready', 'b.test': 'new', 'c.test': 'blocked', 'd.test': 'taken-over' });
  it.each<[string[] | undefined, string[] | RegExp]>([
    [undefined, ['a.test']],
    [
      ['A.test', 'b.test'],
      ['a.test', 'b.test'],
    ],
    [['d.test'], []],
    [['c.test'], /^c\.test is blocked: why$/],
    [['x.test'], /^x\.test is on none/],
  ])('%j → %s', (names, expected) => {
    const seen = namesIn(selectToTake(all, names));
    if (expected instanceof RegExp) expect(seen).toMatch(expected);
    else expect(seen).toEqual(expected);
  });

  it('a wildcard alone, over a host that the incumbent serves → refused', () => {
    const under = verdict({ '*.test': 'ready', 'a.test': 'ready' });
    expect(namesIn(selectToTake(under, ['*.test']))).toMatch(/would take a\.test/);
    expect(namesIn(selectToTake(under, ['*.test', 'a.test']))).toEqual(['*.test', 'a.test']);
  });
});

describe('what is given back', () => {
  const all = verdict({ '*.test': 'taken-over', 'a.test': 'taken-over', 'b.test': 'ready' });
  it('all → what was taken over, unless it is handed over', () => {
    expect(namesIn(selectToGiveBack(all, undefined))).toEqual(['*.test', 'a.test']);
    expect(namesIn(selectToGiveBack(verdict({ 'a.test': 'taken-over' }, 'handing-over'), undefined))).toEqual([]);
  });
  it('a host under a wildcard of ours alone → refused', () => {
    expect(namesIn(selectToGiveBack(all, ['a.test']))).toMatch(/go on to \*\.test/);
    expect(namesIn(selectToGiveBack(all, ['a.test', '*.test']))).toEqual(['*.test', 'a.test']);
    expect(namesIn(selectToGiveBack(all, ['*.test']))).toEqual(['*.test']);
  });
});
