import {
  CancelReplayCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { type Sleep, sleep as sleepFor } from './backoff.ts';

/** Why a replay did not bring everything. */
export class ReplayUnfinished extends Error {
  override readonly name = 'ReplayUnfinished';
  readonly state: string;
  constructor(name: string, state: string, reason: string | undefined) {
    super(`replay ${name} is ${state}${reason === undefined || reason === '' ? '' : `: ${reason}`}`);
    this.state = state;
  }
}

export interface ArchiveReplayOptions {
  readonly client: Pick<EventBridgeClient, 'send'>;
  /** Of the account, never used before: events carry it as `replay-name`. */
  readonly name: string;
  readonly archiveArn: string;
  readonly busArn: string;
  /** Only to these rules; to all of the bus where absent. */
  readonly ruleArns?: readonly string[];
  /** Range of event times, both ends included. */
  readonly from: Date;
  readonly to: Date;
  readonly pollMs?: number;
  readonly sleep?: Sleep;
  /** Cancels the replay, or with `leave` only ends the wait for it. */
  readonly signal?: AbortSignal;
  readonly onAbort?: 'cancel' | 'leave';
  /**
   * Told after each look: the state, and the time of the event that was replayed last. It ends the wait with `false`.
   */
  readonly onProgress?: (progress: { state: string; lastReplayed?: Date }) => boolean | undefined;
}

/**
 * Replays an archive and waits for the end.
 *
 * @returns whether it is completed: not where the wait was ended before, and it goes on.
 * @throws {ReplayUnfinished} where it ended otherwise than `COMPLETED`.
 */
export async function replayArchive(options: ArchiveReplayOptions): Promise<boolean> {
  const { client, name, pollMs = 500, sleep = sleepFor, signal, onAbort = 'cancel', onProgress } = options;
  await client.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: options.archiveArn,
      EventStartTime: options.from,
      EventEndTime: options.to,
      Destination: {
        Arn: options.busArn,
        ...(options.ruleArns === undefined ? {} : { FilterArns: [...options.ruleArns] }),
      },
    }),
  );
  let cancelled = false;
  for (;;) {
    const replay = await client.send(new DescribeReplayCommand({ ReplayName: name }));
    const state = replay.State ?? 'FAILED';
    const lastReplayed = replay.EventLastReplayedTime;
    const goOn = onProgress?.({ state, ...(lastReplayed === undefined ? {} : { lastReplayed }) });
    if (state === 'COMPLETED') return true;
    if (state === 'CANCELLED' || state === 'FAILED') throw new ReplayUnfinished(name, state, replay.StateReason);
    if (goOn === false || (signal?.aborted === true && onAbort === 'leave')) return false;
    if (signal?.aborted === true && !cancelled) {
      cancelled = true;
      await client.send(new CancelReplayCommand({ ReplayName: name }));
    }
    await sleep(pollMs, cancelled ? undefined : signal);
  }
}
