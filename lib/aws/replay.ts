import {
  CancelReplayCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { type Sleep, sleep as sleepFor } from './sleep.ts';

/** EventBridge ended a replay before it was complete. */
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
  /** Unused name of a replay in the account; events carry it as `replay-name`. */
  readonly name: string;
  readonly archiveArn: string;
  readonly busArn: string;
  /** Replays only to these rules; to all of the bus if absent. */
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
   * Receives the state and the time of the last replayed event after each poll; `false` ends the wait.
   */
  readonly onProgress?: (progress: { state: string; lastReplayed?: Date }) => boolean | undefined;
}

/**
 * Replays an archive and waits for its end.
 *
 * @returns whether the replay is complete; false if the wait ended earlier, and the replay continues.
 * @throws {ReplayUnfinished} if the replay ended in another state than `COMPLETED`.
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
