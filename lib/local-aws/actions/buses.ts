import { busArn } from '../arn.ts';
import { alreadyThere } from '../service-error.ts';
import { type Actions, busName, type EventsServiceOptions } from './context.ts';

export function busActions(
  options: EventsServiceOptions,
): Actions<'CreateEventBus' | 'DescribeEventBus' | 'ListEventBuses'> {
  const { scope, buses } = options;
  return {
    CreateEventBus({ Name }) {
      if (buses.has(Name)) throw alreadyThere(`Event bus ${Name}`);
      buses.add(Name);
      return { EventBusArn: busArn(scope, Name) };
    },
    DescribeEventBus({ Name }) {
      const bus = busName(options, Name);
      return { Name: bus, Arn: busArn(scope, bus) };
    },
    ListEventBuses: ({ NamePrefix = '' }) => ({
      EventBuses: buses.names
        .filter((bus) => bus.startsWith(NamePrefix))
        .map((bus) => ({ Name: bus, Arn: busArn(scope, bus) })),
    }),
  };
}
