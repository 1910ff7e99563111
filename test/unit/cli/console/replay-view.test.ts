import { expect, it } from 'vitest';
import type { ListedReplay } from '../../../../lib/aws/list-replays.ts';
import { replayView } from '../../../../lib/cli/console/replay-view.ts';

const replay = (more: Partial<ListedReplay>): ListedReplay => ({
  name: 'prod-1',
  state: 'RUNNING',
  from: new Date(1_000),
  to: new Date(5_000),
  lastReplayed: undefined,
  started: new Date(9_000),
  ...more,
});

it.each<[string, Partial<ListedReplay>, number]>([
  ['begins', { state: 'STARTING' }, 0],
  ['half of the range', { lastReplayed: new Date(3_000) }, 0.5],
  ['an event before the range, by its whole second', { lastReplayed: new Date(0) }, 0],
  ['an event behind the range', { lastReplayed: new Date(6_000) }, 1],
  [
    'complete, although the last event is older than the range’s end',
    { state: 'COMPLETED', lastReplayed: new Date(3_000) },
    1,
  ],
  ['complete without an event', { state: 'COMPLETED' }, 1],
  ['cancelled half-way', { state: 'CANCELLED', lastReplayed: new Date(3_000) }, 0.5],
  ['an empty range', { to: new Date(1_000), lastReplayed: new Date(1_000) }, 0],
])('the share of a replay: %s', (_what, more, share) => {
  expect(replayView(replay(more)).share).toBe(share);
});

it('a replay has times in milliseconds', () => {
  expect(replayView(replay({ lastReplayed: new Date(3_000) }))).toEqual({
    name: 'prod-1',
    state: 'RUNNING',
    from: 1_000,
    to: 5_000,
    reached: 3_000,
    share: 0.5,
  });
});
