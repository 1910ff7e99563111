import { type EventBridgeClient, ListReplaysCommand } from '@aws-sdk/client-eventbridge';

/** A replay of an archive, as EventBridge lists it. */
export interface ListedReplay {
  readonly name: string;
  /** EventBridge's word: `RUNNING`, `COMPLETED` … */
  readonly state: string;
  /** Range of event times. */
  readonly from: Date;
  readonly to: Date;
  /** Time of the last event that was replayed. */
  readonly lastReplayed: Date | undefined;
  readonly started: Date;
}

const NEVER = new Date(0);

/** Returns the replays of an archive, the newest first. EventBridge forgets them after 90 days. */
export async function listReplays(
  client: Pick<EventBridgeClient, 'send'>,
  archiveArn: string,
): Promise<ListedReplay[]> {
  const found: ListedReplay[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListReplaysCommand({ EventSourceArn: archiveArn, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    for (const replay of page.Replays ?? []) {
      found.push({
        name: replay.ReplayName ?? '',
        state: replay.State ?? 'FAILED',
        from: replay.EventStartTime ?? NEVER,
        to: replay.EventEndTime ?? NEVER,
        lastReplayed: replay.EventLastReplayedTime,
        started: replay.ReplayStartTime ?? NEVER,
      });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found.sort((a, b) => b.started.getTime() - a.started.getTime());
}
