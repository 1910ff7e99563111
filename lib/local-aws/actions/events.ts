import { nameOf } from '../arn.ts';
import { type EntryFailure, toEnvelope, type WireEntry, wireEntryBytes } from '../envelope.ts';
import { requestedPattern } from '../rules.ts';
import { invalid } from '../service-error.ts';
import type { Actions, EventsServiceOptions } from './context.ts';

export function eventActions(options: EventsServiceOptions): Actions<'PutEvents' | 'TestEventPattern'> {
  let calls = 0;
  return {
    PutEvents({ Entries }) {
      calls += 1;
      const entries = Entries as WireEntry[];
      if (entries.reduce((sum, entry) => sum + wireEntryBytes(entry), 0) > options.maxRequestBytes) {
        throw invalid('Total size of the entries in the request is over the limit.');
      }
      const answers = entries.map((entry, index) => putEntry(options, entry, { call: calls, index }));
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
  };
}

function putEntry(
  { scope, buses, archives, now, failEntry }: EventsServiceOptions,
  entry: WireEntry,
  at: { readonly call: number; readonly index: number },
): { EventId: string } | EntryFailure {
  const failure = failEntry?.(entry, at);
  if (failure !== undefined) return failure;
  const bus = nameOf(entry.EventBusName ?? 'default');
  if (!buses.has(bus)) {
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
  }
  const event = toEnvelope(entry, scope, now());
  if ('ErrorCode' in event) return event;
  archives.record(bus, [event]);
  void buses.route(bus, event);
  return { EventId: event.id };
}
