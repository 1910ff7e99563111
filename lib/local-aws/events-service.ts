import { archiveActions } from './actions/archives.ts';
import { busActions } from './actions/buses.ts';
import type { Actions, EventsServiceOptions } from './actions/context.ts';
import { eventActions } from './actions/events.ts';
import { replayActions } from './actions/replays.ts';
import { ruleActions } from './actions/rules.ts';
import type { Action } from './events-requests.ts';

/** All supported actions of EventBridge. */
export type EventsService = Actions<Action>;

/** Implements the API over buses, archives and replays. Lists are returned whole, without tokens. */
export function eventsService(options: EventsServiceOptions): EventsService {
  return {
    ...eventActions(options),
    ...busActions(options),
    ...ruleActions(options),
    ...archiveActions(options),
    ...replayActions(options),
  };
}
