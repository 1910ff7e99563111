import type { Archive, Archives } from './archives.ts';
import { archiveArn, busArn, nameOf, replayArn, ruleArn } from './arn.ts';
import { type AwsScope, type EntryFailure, toEnvelope, type WireEntry, wireEntryBytes } from './envelope.ts';
import { type EventBuses, targetProblem } from './event-bus.ts';
import type { Action, EventsRequest } from './events-requests.ts';
import type { Replay, Replays } from './replays.ts';
import { type Rule, requestedPattern } from './rules.ts';
import { alreadyThere, invalid, notFound } from './service-error.ts';

/**
 * Makes entries fail, for tests: by entry, as the service does under load. `call` counts the requests from 1.
 *
 * @returns the failure, or undefined where the entry is taken.
 */
export type FailEntry = (entry: WireEntry, at: { call: number; index: number }) => EntryFailure | undefined;

export interface EventsServiceOptions {
  readonly place: AwsScope;
  readonly buses: EventBuses;
  readonly archives: Archives;
  readonly replays: Replays;
  /** Largest sum of a request's entries, in bytes. */
  readonly maxRequestBytes: number;
  readonly now: () => number;
  failEntry: FailEntry | undefined;
}

/** The actions of EventBridge: input as on the wire, output as on the wire. */
export type EventsService = { readonly [A in Action]: (input: EventsRequest<A>) => object };

const epoch = (ms: number) => ms / 1000;

/** The rules of the API over buses, archives and replays. Lists are answered whole, without tokens. */
export function eventsService(options: EventsServiceOptions): EventsService {
  const { place, buses, archives, replays, now } = options;
  let calls = 0;

  const busOf = (nameOrArn: string | undefined): string => {
    const bus = nameOf(nameOrArn ?? 'default');
    if (!buses.has(bus)) throw notFound(`Event bus ${bus}`);
    return bus;
  };

  function put(entry: WireEntry, index: number): { EventId: string } | EntryFailure {
    const failure = options.failEntry?.(entry, { call: calls, index });
    if (failure !== undefined) return failure;
    const bus = nameOf(entry.EventBusName ?? 'default');
    if (!buses.has(bus)) {
      return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
    }
    const event = toEnvelope(entry, place, now());
    if ('ErrorCode' in event) return event;
    archives.record(bus, [event]);
    void buses.route(bus, event);
    return { EventId: event.id };
  }

  return {
    PutEvents({ Entries }) {
      calls += 1;
      const entries = Entries as WireEntry[];
      if (entries.reduce((sum, entry) => sum + wireEntryBytes(entry), 0) > options.maxRequestBytes) {
        throw invalid('Total size of the entries in the request is over the limit.');
      }
      const answers = entries.map(put);
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    },
    TestEventPattern({ EventPattern, Event }) {
      const matches = requestedPattern(EventPattern);
      try {
        return { Result: matches(JSON.parse(Event)) };
      } catch {
        throw invalid('Parameter Event is not valid. Reason: it is not JSON.');
      }
    },
    CreateEventBus({ Name }) {
      if (buses.has(Name)) throw alreadyThere(`Event bus ${Name}`);
      buses.add(Name);
      return { EventBusArn: busArn(place, Name) };
    },
    DescribeEventBus({ Name }) {
      const bus = busOf(Name);
      return { Name: bus, Arn: busArn(place, bus) };
    },
    ListEventBuses: ({ NamePrefix = '' }) => ({
      EventBuses: buses.names
        .filter((bus) => bus.startsWith(NamePrefix))
        .map((bus) => ({ Name: bus, Arn: busArn(place, bus) })),
    }),
    PutRule({ Name, EventPattern, State, Description, EventBusName }) {
      const bus = busOf(EventBusName);
      const arn = ruleArn(place, bus, Name);
      buses.rules.put({
        name: Name,
        arn,
        bus,
        pattern: EventPattern,
        enabled: State !== 'DISABLED',
        ...(Description === undefined ? {} : { description: Description }),
      });
      return { RuleArn: arn };
    },
    DescribeRule: ({ Name, EventBusName }) => ruleView(buses.rules.get(busOf(EventBusName), Name)),
    ListRules: ({ NamePrefix, EventBusName }) => ({
      Rules: buses.rules.list(busOf(EventBusName), NamePrefix).map(ruleView),
    }),
    DeleteRule({ Name, EventBusName }) {
      buses.rules.delete(busOf(EventBusName), Name);
      return {};
    },
    EnableRule({ Name, EventBusName }) {
      buses.rules.setEnabled(busOf(EventBusName), Name, true);
      return {};
    },
    DisableRule({ Name, EventBusName }) {
      buses.rules.setEnabled(busOf(EventBusName), Name, false);
      return {};
    },
    PutTargets({ Rule, EventBusName, Targets }) {
      const targets = Targets as Parameters<typeof targetProblem>[0][];
      const problem = targets.map(targetProblem).find((reason) => reason !== undefined);
      if (problem !== undefined) throw invalid(problem);
      buses.rules.putTargets(busOf(EventBusName), Rule, targets);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets({ Rule, EventBusName, Ids }) {
      buses.rules.removeTargets(busOf(EventBusName), Rule, Ids);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: ({ Rule, EventBusName }) => ({
      Targets: buses.rules.get(busOf(EventBusName), Rule).targets,
    }),
    CreateArchive({ ArchiveName, EventSourceArn, Description, EventPattern, RetentionDays = 0 }) {
      const bus = busOf(EventSourceArn);
      const archive = archives.create({
        name: ArchiveName,
        arn: archiveArn(place, ArchiveName),
        bus,
        busArn: busArn(place, bus),
        retentionDays: RetentionDays,
        ...(Description === undefined ? {} : { description: Description }),
        ...(EventPattern === undefined ? {} : { pattern: EventPattern }),
      });
      return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: epoch(archive.created) };
    },
    DescribeArchive: ({ ArchiveName }) => archiveView(archives.get(ArchiveName)),
    ListArchives: ({ NamePrefix, EventSourceArn }) => ({
      Archives: archives
        .list(NamePrefix)
        .filter((archive) => (EventSourceArn ?? archive.busArn) === archive.busArn)
        .map(archiveView),
    }),
    DeleteArchive({ ArchiveName }) {
      archives.delete(ArchiveName);
      return {};
    },
    StartReplay({ ReplayName, Description, EventSourceArn, EventStartTime, EventEndTime, Destination }) {
      const archive = archives.get(nameOf(EventSourceArn));
      const { Arn, FilterArns } = Destination;
      const unknown = FilterArns?.find((arn) => !buses.rules.list(archive.bus).some((rule) => rule.arn === arn));
      if (unknown !== undefined) throw notFound(`Rule ${unknown}`);
      const replay = replays.start({
        name: ReplayName,
        arn: replayArn(place, ReplayName),
        archive,
        from: EventStartTime * 1000,
        to: EventEndTime * 1000,
        destination: { Arn, ...(FilterArns === undefined ? {} : { FilterArns }) },
        ...(Description === undefined ? {} : { description: Description }),
      });
      return { ReplayArn: replay.arn, State: replay.state, ReplayStartTime: epoch(replay.started) };
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

function ruleView(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    EventPattern: rule.pattern,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
  };
}

function archiveView(archive: Archive): object {
  return {
    ArchiveName: archive.name,
    ArchiveArn: archive.arn,
    EventSourceArn: archive.busArn,
    Description: archive.description,
    EventPattern: archive.pattern,
    State: 'ENABLED',
    RetentionDays: archive.retentionDays,
    SizeBytes: archive.store.bytes,
    EventCount: archive.store.count,
    CreationTime: epoch(archive.created),
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
    EventStartTime: epoch(replay.from),
    EventEndTime: epoch(replay.to),
    EventLastReplayedTime: replay.lastReplayed === undefined ? undefined : epoch(replay.lastReplayed),
    ReplayStartTime: epoch(replay.started),
    ReplayEndTime: replay.ended === undefined ? undefined : epoch(replay.ended),
  };
}
