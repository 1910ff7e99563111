import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../../lib/console/changes.ts';
import type { ConsoleReading } from '../../../lib/console/reading.ts';
import { claim, owner, reading, record, route } from './support.ts';

const [a, b] = [owner('a'), owner('b')];
const held = route('a.example.com', claim(a));
const applied = reading([held], [[a, record(a)]]);
const pending = reading([held], [[a, record(a, { state: 'pending', sequence: 11 })]]);
const nothing = reading([]);
const hashes = { frontend: 'f', routes: 'r', members: 'other' };

const lines = (before: ConsoleReading, after: ConsoleReading): string[] =>
  changesBetween(before, after).map(({ owner: { name }, what, hosts }) => [name, what, ...hosts].join(' '));

describe('what happened between two readings', () => {
  it.each<[string, ConsoleReading, ConsoleReading, string[]]>([
    ['nothing', applied, applied, []],
    ['a new Ingress', nothing, applied, ['a programmed a.example.com']],
    ['a new Ingress that is not finished', nothing, pending, ['a pending a.example.com']],
    ['a pending one is finished', pending, applied, ['a programmed a.example.com']],
    ['a pending one is still pending', pending, pending, []],
    ['an applied one begins again', applied, pending, ['a pending a.example.com']],
    [
      'other members',
      applied,
      reading([held], [[a, record(a, { sequence: 11, hashes })]]),
      ['a changed a.example.com'],
    ],
    ['published again without a change', applied, reading([held], [[a, record(a, { sequence: 11 })]]), []],
    ['withdrawn', applied, reading([], [[a, record(a, { kind: 'tombstone' })]]), ['a removed a.example.com']],
    ['its record is gone', applied, nothing, ['a removed a.example.com']],
    ['a tombstone is cleaned up', reading([], [[a, record(a, { kind: 'tombstone' })]]), nothing, []],
    [
      'a tombstone comes back',
      reading([], [[a, record(a, { kind: 'tombstone' })]]),
      applied,
      ['a programmed a.example.com'],
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(lines(before, after)).toEqual(expected);
  });

  it('CON-1: a younger Ingress waits, and nothing is said of hosts that it does not hold', () => {
    const both = reading(
      [route('a.example.com', claim(a), { standby: [claim(b)] })],
      [
        [a, record(a)],
        [b, record(b)],
      ],
    );
    expect(lines(applied, both)).toEqual(['b waiting a.example.com']);
    expect(lines(both, both)).toEqual([]);
  });

  it('CON-2: the next claim takes over, and is not told to have waited', () => {
    const before = reading(
      [route('a.example.com', claim(a), { standby: [claim(b)] })],
      [
        [a, record(a)],
        [b, record(b)],
      ],
    );
    const after = reading([route('a.example.com', claim(b))], [[b, record(b)]]);
    expect(lines(before, after)).toEqual(['a removed a.example.com', 'b took over a.example.com']);
  });

  it('an older Ingress takes a host, and the former holder waits', () => {
    const after = reading(
      [route('a.example.com', claim(b), { standby: [claim(a)] })],
      [
        [a, record(a)],
        [b, record(b)],
      ],
    );
    expect(lines(applied, after)).toEqual([
      'a waiting a.example.com',
      'b programmed a.example.com',
      'b took over a.example.com',
    ]);
  });

  it('a host and its redirect are one name', () => {
    const redirect = route('a.example.com', claim(a), { frontend: { vip: '192.0.2.10', port: 80, kind: 'http' } });
    expect(lines(nothing, reading([redirect, held], [[a, record(a)]]))).toEqual(['a programmed a.example.com']);
  });

  it('a change has the time of the later reading', () => {
    expect(changesBetween(nothing, { ...applied, at: 9000 })[0]?.at).toBe(9000);
  });

  const readings = fc
    .array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        kind: fc.constantFrom('live' as const, 'tombstone' as const),
        state: fc.constantFrom('applied' as const, 'pending' as const),
        sequence: fc.nat({ max: 3 }),
        hosts: fc.subarray(['x', 'y', 'z']),
      }),
      { maxLength: 4 },
    )
    .map((list) => {
      const unique = [...new Map(list.map((each) => [each.name, each])).values()];
      const claims = unique.flatMap(({ name, kind, hosts }) =>
        kind === 'live' ? hosts.map((host) => ({ host, by: claim(owner(name)) })) : [],
      );
      const routes = [...Map.groupBy(claims, ({ host }) => host)].map(([host, [first, ...rest]]) =>
        route(host, first?.by, { standby: rest.map(({ by }) => by) }),
      );
      return reading(
        routes,
        unique.map(({ name, kind, state, sequence }) => [owner(name), record(owner(name), { kind, state, sequence })]),
      );
    });

  it('a reading does not differ from itself', () => {
    fc.assert(
      fc.property(readings, (one) => {
        expect(changesBetween(one, one)).toEqual([]);
      }),
    );
  });

  it('an Ingress appears or disappears → exactly one change says so', () => {
    fc.assert(
      fc.property(readings, readings, (before, after) => {
        const live = (of: ConsoleReading) =>
          new Set(
            [...of.records.values()]
              .filter(({ record: { kind } }) => kind === 'live')
              .map(({ owner: { name } }) => name),
          );
        const [was, is] = [live(before), live(after)];
        const found = changesBetween(before, after);
        for (const name of ['a', 'b', 'c', 'd']) {
          const said = found.filter(({ owner: of }) => of.name === name).map(({ what }) => what);
          expect(said.filter((what) => what === 'removed').length).toBe(was.has(name) && !is.has(name) ? 1 : 0);
          if (is.has(name) && !was.has(name)) {
            expect(said.filter((what) => ['programmed', 'pending', 'waiting'].includes(what)).length).toBeGreaterThan(
              0,
            );
          }
        }
      }),
    );
  });
});
