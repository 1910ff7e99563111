import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Sleep } from '../aws/backoff.ts';
import { replayArchive } from '../aws/replay.ts';
import { drained, type QueueLook } from './replay-drained.ts';
import { duration, Pace, paceText } from './replay-pace.ts';
import type { ReplayPlan, ReplayRule } from './replay-plan.ts';
import type { ReplayProgress } from './replay-progress.ts';
import { SAY_AFTER_MS, StallWatch } from './replay-stall.ts';
import type { Window } from './replay-windows.ts';

/** What all windows of a replay have in common. */
export interface ReplayContext {
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly progress: ReplayProgress;
  /** Says a line for whoever waits. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Nothing moves for so long, in milliseconds: the wait ends. */
  readonly patienceMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pollMs?: number;
  readonly sleep?: Sleep;
}

/** A queue that events of a replay pass. */
export interface WatchedQueue {
  readonly name: string;
  readonly url: string;
}

export type WindowEnd = 'taken' | 'stalled' | 'interrupted';

/**
 * Replays one window, and waits until the appliances have taken it.
 *
 * @param name of the replay: of the account, never used before.
 * @throws {ReplayUnfinished} where the replay itself ended otherwise than completed.
 */
export async function replayWindow(
  plan: ReplayPlan,
  window: Window,
  wish: { readonly name: string; readonly rules: readonly ReplayRule[]; readonly queues: readonly WatchedQueue[] },
  context: ReplayContext,
): Promise<WindowEnd> {
  const { signal } = context;
  const completed = await bring(plan, window, wish, context);
  if (!completed) {
    context.progress.end();
    context.say(`The replay ${wish.name} goes on in EventBridge.`);
    context.say(`  look:    aws events describe-replay --replay-name ${wish.name}`);
    context.say(`  end it:  aws events cancel-replay --replay-name ${wish.name}`);
    return signal.aborted ? 'interrupted' : 'stalled';
  }
  const left = await taken(wish.queues, context);
  context.progress.end();
  if (left === 0) return 'taken';
  context.say(
    `${left} events still wait before the appliances. They stay there, up to 14 days, and are taken by themselves.`,
  );
  return signal.aborted ? 'interrupted' : 'stalled';
}

const paced = ({ pollMs, sleep, signal }: ReplayContext) => ({
  signal,
  ...(pollMs === undefined ? {} : { pollMs }),
  ...(sleep === undefined ? {} : { sleep }),
});

/** EventBridge reads the archive. @returns whether all of the window is on the bus. */
function bring(
  plan: ReplayPlan,
  window: Window,
  { name, rules }: { readonly name: string; readonly rules: readonly ReplayRule[] },
  context: ReplayContext,
): Promise<boolean> {
  const { progress, now, say, patienceMs } = context;
  const span = window.to - window.from;
  const pace = new Pace(now());
  let said = 0;
  return replayArchive({
    client: context.eventBridge,
    name,
    archiveArn: plan.archiveArn,
    busArn: plan.busArn,
    ruleArns: rules.map(({ arn }) => arn),
    from: new Date(window.from),
    to: new Date(window.to),
    onAbort: 'leave',
    ...paced(context),
    onProgress: ({ state, lastReplayed }) => {
      const done = state === 'COMPLETED' ? span : Math.max(0, (lastReplayed?.getTime() ?? window.from) - window.from);
      const at = now();
      pace.note(at, span - done);
      progress.show(done / span, `step 1 of 2, replay ${state.toLowerCase()}`, paceText(pace, at));
      const stalled = pace.stalledMs(at);
      if (Math.floor(stalled / SAY_AFTER_MS) > said) {
        said = Math.floor(stalled / SAY_AFTER_MS);
        progress.end();
        say(`EventBridge has replayed nothing for ${duration(stalled)}; the replay ${name} is ${state}.`);
      }
      return stalled < patienceMs;
    },
  });
}

/** The appliances take what came. @returns how many events are left. */
function taken(queues: readonly WatchedQueue[], context: ReplayContext): Promise<number> {
  const { progress, now, say, patienceMs } = context;
  const pace = new Pace(now());
  const watch = new StallWatch(queues.map(({ name }) => name));
  let most = 1;
  return drained(
    context.sqs,
    queues.map(({ url }) => url),
    {
      ...paced(context),
      onLook: (looks) => {
        const at = now();
        const left = looks.reduce((sum, look) => sum + count(look), 0);
        most = Math.max(most, left);
        pace.note(at, left);
        progress.show(
          1 - left / most,
          'step 2 of 2, before the appliances',
          `${names(queues, looks)}; ${paceText(pace, at, 'events')}`,
        );
        const stalled = left === 0 ? 0 : pace.stalledMs(at);
        const why = watch.note(looks, stalled);
        if (why.length > 0) progress.end();
        for (const line of why) say(line);
        return stalled < patienceMs;
      },
    },
  );
}

const count = ({ waiting, taken: handled }: QueueLook): number => waiting + handled;

/** `edge.fifo 120, dc.fifo 3`; queues that are empty are left out. */
function names(queues: readonly WatchedQueue[], looks: readonly QueueLook[]): string {
  const filled = queues.flatMap(({ name }, index) => {
    const events = count(looks[index] ?? { waiting: 0, taken: 0 });
    return events === 0 ? [] : [`${name} ${events}`];
  });
  return filled.length === 0 ? 'nothing waits' : filled.join(', ');
}
