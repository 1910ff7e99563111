import { nameOf, replayArn } from '../arn.ts';
import type { Replay } from '../replays.ts';
import { notFound } from '../service-error.ts';
import { type Actions, type EventsServiceOptions, epochSeconds } from './context.ts';

export function replayActions({
  scope,
  buses,
  archives,
  replays,
}: EventsServiceOptions): Actions<'StartReplay' | 'DescribeReplay' | 'ListReplays' | 'CancelReplay'> {
  return {
    StartReplay({ ReplayName, Description, EventSourceArn, EventStartTime, EventEndTime, Destination }) {
      const archive = archives.get(nameOf(EventSourceArn));
      const { Arn, FilterArns } = Destination;
      const unknown = FilterArns?.find((arn) => !buses.rules.list(archive.bus).some((rule) => rule.arn === arn));
      if (unknown !== undefined) throw notFound(`Rule ${unknown}`);
      const replay = replays.start({
        name: ReplayName,
        arn: replayArn(scope, ReplayName),
        archive,
        from: EventStartTime * 1000,
        to: EventEndTime * 1000,
        destination: { Arn, ...(FilterArns === undefined ? {} : { FilterArns }) },
        ...(Description === undefined ? {} : { description: Description }),
      });
      return { ReplayArn: replay.arn, State: replay.state, ReplayStartTime: epochSeconds(replay.started) };
    },
    DescribeReplay: ({ ReplayName }) => replayView(replays.get(ReplayName)),
    ListReplays: ({ NamePrefix, State, EventSourceArn }) => ({
      Replays: replays
        .list({
          ...(NamePrefix === undefined ? {} : { prefix: NamePrefix }),
          ...(State === undefined ? {} : { state: State }),
          ...(EventSourceArn === undefined ? {} : { archiveArn: EventSourceArn }),
        })
        .map(replayView),
    }),
    CancelReplay({ ReplayName }) {
      const replay = replays.cancel(ReplayName);
      return { ReplayArn: replay.arn, State: replay.state };
    },
  };
}

function replayView(replay: Replay): object {
  return {
    ReplayName: replay.name,
    ReplayArn: replay.arn,
    Description: replay.description,
    State: replay.state,
    StateReason: replay.reason,
    EventSourceArn: replay.archive.arn,
    Destination: replay.destination,
    EventStartTime: epochSeconds(replay.from),
    EventEndTime: epochSeconds(replay.to),
    EventLastReplayedTime: replay.lastReplayed === undefined ? undefined : epochSeconds(replay.lastReplayed),
    ReplayStartTime: epochSeconds(replay.started),
    ReplayEndTime: replay.ended === undefined ? undefined : epochSeconds(replay.ended),
  };
}
