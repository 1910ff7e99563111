import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { replayArchive } from '../aws/replay.ts';
import type { Sleep } from '../aws/sleep.ts';
import { type QueueCounts, waitUntilEmpty } from './replay-drained.ts';
import { duration, Pace, paceText } from './replay-pace.ts';
import type { ReplayPlan, ReplayRule } from './replay-plan.ts';
import type { ReplayProgress } from './replay-progress.ts';
import { REPORT_AFTER_MS, StallWatch } from './replay-stall.ts';
import type { Window } from './replay-windows.ts';

/** Clients and settings that all windows of a replay share. */
export interface ReplayContext {
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly progress: ReplayProgress;
  /** Prints a line for the user who waits. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Time without progress after which the wait ends, in milliseconds. */
  readonly stallMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pollMs?: number;
  readonly sleep?: Sleep;
}

/** A queue that replayed events pass through. */
export interface WatchedQueue {
  readonly name: string;
  readonly url: string;
}

/** End of a window; `taken` means that the appliances have applied it. */
export type WindowEnd = 'taken' | 'stalled' | 'interrupted';

/**
 * Replays one window, and waits until the appliances have applied it.
 *
 * @param request.name unused name of a replay in the account.
 * @throws {ReplayUnfinished} if EventBridge ended the replay without completing it.
 */
export async function replayWindow(
  plan: ReplayPlan,
  window: Window,
  request: { readonly name: string; readonly rules: readonly ReplayRule[]; readonly queues: readonly WatchedQueue[] },
  context: ReplayContext,
): Promise<WindowEnd> {
  const { signal } = context;
  const completed = await replayToBus(plan, window, request, context);
  if (!completed) {
    context.progress.end();
    context.say(`The replay ${request.name} continues in EventBridge.`);
    context.say(`  show it:    aws events describe-replay --replay-name ${request.name}`);
    context.say(`  cancel it:  aws events cancel-replay --replay-name ${request.name}`);
    return signal.aborted ? 'interrupted' : 'stalled';
  }
  const left = await waitUntilApplied(request.queues, context);
  context.progress.end();
  if (left === 0) return 'taken';
  context.say(
    `${left} events are still queued for the appliances. They are applied automatically; the queues keep them for up to 14 days.`,
  );
  return signal.aborted ? 'interrupted' : 'stalled';
}

const pollOptions = ({ pollMs, sleep, signal }: ReplayContext) => ({
  signal,
  ...(pollMs === undefined ? {} : { pollMs }),
  ...(sleep === undefined ? {} : { sleep }),
});

/** Has EventBridge replay the window. @returns whether all of it is on the bus. */
function replayToBus(
  plan: ReplayPlan,
  window: Window,
  { name, rules }: { readonly name: string; readonly rules: readonly ReplayRule[] },
  context: ReplayContext,
): Promise<boolean> {
  const { progress, now, say, stallMs } = context;
  const span = window.to - window.from;
  const pace = new Pace(now());
  let reports = 0;
  return replayArchive({
    client: context.eventBridge,
    name,
    archiveArn: plan.archiveArn,
    busArn: plan.busArn,
    ruleArns: rules.map(({ arn }) => arn),
    from: new Date(window.from),
    to: new Date(window.to),
    onAbort: 'leave',
    ...pollOptions(context),
    onProgress: ({ state, lastReplayed }) => {
      const done = state === 'COMPLETED' ? span : Math.max(0, (lastReplayed?.getTime() ?? window.from) - window.from);
      const at = now();
      pace.note(at, span - done);
      progress.show(done / span, `step 1 of 2, replay ${state.toLowerCase()}`, paceText(pace, at));
      const stalled = pace.stalledMs(at);
      if (Math.floor(stalled / REPORT_AFTER_MS) > reports) {
        reports = Math.floor(stalled / REPORT_AFTER_MS);
        progress.end();
        say(`EventBridge has replayed nothing for ${duration(stalled)}; the replay ${name} is ${state}.`);
      }
      return stalled < stallMs;
    },
  });
}

/** Waits until the functions have applied all events. @returns how many events are left. */
function waitUntilApplied(queues: readonly WatchedQueue[], context: ReplayContext): Promise<number> {
  const { progress, now, say, stallMs } = context;
  const pace = new Pace(now());
  const watch = new StallWatch(queues.map(({ name }) => name));
  let most = 1;
  return waitUntilEmpty(
    context.sqs,
    queues.map(({ url }) => url),
    {
      ...pollOptions(context),
      onPoll: (counts) => {
        const at = now();
        const left = counts.reduce((sum, one) => sum + total(one), 0);
        most = Math.max(most, left);
        pace.note(at, left);
        progress.show(
          1 - left / most,
          'step 2 of 2, queued for the appliances',
          `${queuesText(queues, counts)}; ${paceText(pace, at, 'events')}`,
        );
        const stalled = left === 0 ? 0 : pace.stalledMs(at);
        const causes = watch.note(counts, stalled);
        if (causes.length > 0) progress.end();
        for (const line of causes) say(line);
        return stalled < stallMs;
      },
    },
  );
}

const total = ({ waiting, inFlight }: QueueCounts): number => waiting + inFlight;

/** Lists the queues that are not empty: `edge.fifo 120, dc.fifo 3`. */
function queuesText(queues: readonly WatchedQueue[], counts: readonly QueueCounts[]): string {
  const filled = queues.flatMap(({ name }, index) => {
    const events = total(counts[index] ?? { waiting: 0, inFlight: 0 });
    return events === 0 ? [] : [`${name} ${events}`];
  });
  return filled.length === 0 ? 'all queues are empty' : filled.join(', ');
}
