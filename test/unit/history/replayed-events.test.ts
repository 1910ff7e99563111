import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayedEvents } from '../../../lib/history/index.ts';
import { changed, state } from '../../support/events.ts';
import { archivedBody } from '../../support/long-archive.ts';

const START = Date.parse('2026-11-24T08:00:00Z');
const archived = Array.from({ length: 8 }, (_, index) =>
  archivedBody(changed(10 + index, state('shop', { members: [`10.1.0.${index}`] })), START + index * 400),
);
const replayed = archived.map((body) => JSON.stringify({ ...JSON.parse(body), 'replay-name': 'r' }));

describe('ReplayedEvents', () => {
  it('events in any order, some twice → those of the archive, in order, without the name of the replay', () => {
    const any = fc.tuple(fc.shuffledSubarray(replayed, { minLength: replayed.length }), fc.shuffledSubarray(replayed));
    fc.assert(
      fc.property(any, ([all, twice]) => {
        const events = new ReplayedEvents();
        for (const body of [...all, ...twice]) events.add(body);
        expect(events.inOrder()).toEqual(archived);
        expect(events.count).toBe(archived.length);
      }),
    );
  });
});
