import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncumbentPolicy } from '../../../lib/adopt/incumbent.ts';
import { decodeRecord } from '../../../lib/adopt/record.ts';
import {
  needsRoom,
  noRoomReason,
  originalsOf,
  restorePlan,
  roomPlan,
  standInPriorities,
  strangers,
} from '../../../lib/adopt/room.ts';
import { policy, server } from './support.ts';

/** The policy that decides a name: the first that matches it. @param matches whether a policy of this name does. */
const decides = (bank: readonly IncumbentPolicy[], matches: (name: string) => boolean): string | undefined =>
  bank.toSorted((a, b) => a.priority - b.priority).find(({ action }) => matches(action))?.action;

const priorities = fc.uniqueArray(fc.integer({ min: 0, max: 51_000 }), { minLength: 1, maxLength: 12 });

describe('making room', () => {
  it('any names, any priorities → between any two bindings the same policy decides, forth and back', () => {
    fc.assert(
      fc.property(priorities, fc.infiniteStream(fc.boolean()), (given, coins) => {
        const originals = given.map((priority, index) => policy(`h${index}.test`, priority));
        const matching = new Map(originals.map(({ action }) => [action, coins.next().value as boolean]));
        const matches = (action: string): boolean => matching.get(action) === true;
        const expected = decides(originals, matches);
        const record = {
          frontend: server([]).frontend,
          step: 'shared' as const,
          server: 'k8s',
          bound: originals
            .map(({ name, priority }) => ({ policy: name, priority }))
            .sort((a, b) => a.priority - b.priority),
          leftovers: [],
        };
        let bank = [...originals];
        const same = (): void => expect(decides(bank, matches)).toBe(expected);
        const { bind, unbind } = roomPlan({ record, policies: bank });
        for (const { of, priority } of bind) {
          bank = [...bank, { ...of, name: `s${of.priority}`, priority, standsFor: of.priority }];
          same();
        }
        for (const one of unbind) {
          bank = bank.filter(({ name }) => name !== one.name);
          same();
        }
        expect(bank.every(({ priority }) => priority > 52_000)).toBe(true);
        // An interrupted run continues, a finished one does nothing.
        expect(roomPlan({ record, policies: bank })).toEqual({ bind: [], unbind: [] });
        for (const { policy: name } of restorePlan({ record, policies: bank })) {
          bank = [...bank, originals.find((one) => one.name === name) as IncumbentPolicy];
          same();
        }
        for (const standIn of bank.filter(({ standsFor }) => standsFor !== undefined)) {
          bank = bank.filter((one) => one !== standIn);
          same();
        }
        expect(bank.map(({ name }) => name).sort()).toEqual(originals.map(({ name }) => name).sort());
      }),
    );
  });

  it('is not needed behind our tiers, but at the place of the last reset', () => {
    const bound = (priority: number) => [{ policy: 'p', priority }];
    expect([10, 51_999, 52_000, 63_998, 64_000].map((priority) => needsRoom(bound(priority)))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(roomPlan(server([policy('a.test', 52_000)]))).toEqual({ bind: [], unbind: [] });
  });

  it('keeps the order: stand-ins are the last places, and end before the last reset', () => {
    const places = standInPriorities([10, 20, 30].map((priority) => ({ policy: `p${priority}`, priority })));
    expect([...places]).toEqual([
      [10, 63_996],
      [20, 63_997],
      [30, 63_998],
    ]);
  });

  it('does not fit → a reason', () => {
    const many = Array.from({ length: 12_000 }, (_, priority) => ({ policy: `p${priority}`, priority }));
    expect(noRoomReason(many)).toMatch(/12000 policies do not fit/);
    expect(
      noRoomReason([
        { policy: 'p', priority: 1 },
        { policy: 'q', priority: 63_998 },
      ]),
    ).toMatch(/its policy q has priority 63998/);
    expect(noRoomReason([{ policy: 'p', priority: 1 }])).toBeUndefined();
  });

  it('a policy that is bound later is a stranger', () => {
    const record = decodeRecord([
      { key: '!', value: 'shared 192.0.2.10 443 k8s-192.0.2.10_443_ssl', comment: '' },
      { key: 'p10', value: 'k8s-a.test', comment: '' },
    ]);
    const policies = [policy('a.test', 10), policy('b.test', 20), policy('s', 63_998, { standsFor: 10 })];
    expect(strangers({ record, policies })).toEqual(['k8s-b.test']);
    expect(originalsOf({ record, policies })).toEqual([{ policy: 'k8s-a.test', priority: 10 }]);
  });
});
