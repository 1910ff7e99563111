import type { ListedReplay } from '../../aws/list-replays.ts';
import type { ConsoleReplay } from '../../console/index.ts';

/** Returns a replay as the page shows it. Pure. */
export function replayView({ name, state, from, to, lastReplayed }: ListedReplay): ConsoleReplay {
  const [start, end, reached] = [from.getTime(), to.getTime(), lastReplayed?.getTime()];
  return { name, state, from: start, to: end, reached, share: shareOf(state, start, end, reached) };
}

/** Returns the part of the range that was replayed. Events are replayed in the order of their times. */
function shareOf(state: string, start: number, end: number, reached: number | undefined): number {
  if (state === 'COMPLETED') return 1;
  if (reached === undefined || end <= start) return 0;
  return Math.min(1, Math.max(0, (reached - start) / (end - start)));
}
