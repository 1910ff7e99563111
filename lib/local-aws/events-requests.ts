import * as z from 'zod/mini';
import { explain } from '../contract/index.ts';
import { invalid } from './service-error.ts';

/** Inputs of the EventBridge actions on the wire, where times are seconds since the epoch. */

const name = (max: number) => z.string().check(z.regex(/^[.\-_A-Za-z0-9]+$/), z.maxLength(max));
const reference = z.string().check(z.regex(/^(arn:[^\s]+|[/.\-_A-Za-z0-9]+)$/), z.maxLength(1600));
const description = z.optional(z.string().check(z.maxLength(512)));
/** Up to the year 9999, the last that the form of a time has. */
const seconds = z.number().check(z.gte(0), z.lte(253_402_300_799));
const bus = z.optional(reference);
const limit = z.optional(z.int().check(z.gte(1), z.lte(100)));

const Target = z.looseObject({
  Id: z.string().check(z.regex(/^[.\-_A-Za-z0-9]+$/), z.maxLength(64)),
  Arn: z.string().check(z.minLength(1), z.maxLength(1600)),
  SqsParameters: z.optional(z.object({ MessageGroupId: z.optional(z.string().check(z.maxLength(100))) })),
  DeadLetterConfig: z.optional(z.object({ Arn: z.optional(z.string()) })),
  RetryPolicy: z.optional(
    z.object({
      MaximumRetryAttempts: z.optional(z.int().check(z.gte(0), z.lte(185))),
      MaximumEventAgeInSeconds: z.optional(z.int().check(z.gte(60), z.lte(86_400))),
    }),
  ),
});

const Entry = z.object({
  Time: z.optional(seconds),
  Source: z.optional(z.string()),
  DetailType: z.optional(z.string()),
  Detail: z.optional(z.string()),
  Resources: z.optional(z.array(z.string())),
  EventBusName: bus,
});

export const REQUESTS = {
  PutEvents: z.object({ Entries: z.array(Entry).check(z.minLength(1), z.maxLength(10)) }),
  TestEventPattern: z.object({ EventPattern: z.string(), Event: z.string() }),
  CreateEventBus: z.object({ Name: name(256) }),
  DescribeEventBus: z.object({ Name: bus }),
  ListEventBuses: z.object({ NamePrefix: z.optional(z.string()), Limit: limit }),
  PutRule: z.object({
    Name: name(64),
    EventPattern: z.string().check(z.maxLength(4096)),
    State: z.optional(z.enum(['ENABLED', 'DISABLED'])),
    Description: description,
    EventBusName: bus,
  }),
  DescribeRule: z.object({ Name: name(64), EventBusName: bus }),
  ListRules: z.object({ NamePrefix: z.optional(z.string()), EventBusName: bus, Limit: limit }),
  DeleteRule: z.object({ Name: name(64), EventBusName: bus }),
  EnableRule: z.object({ Name: name(64), EventBusName: bus }),
  DisableRule: z.object({ Name: name(64), EventBusName: bus }),
  PutTargets: z.object({ Rule: name(64), EventBusName: bus, Targets: z.array(Target).check(z.minLength(1)) }),
  RemoveTargets: z.object({ Rule: name(64), EventBusName: bus, Ids: z.array(z.string()).check(z.minLength(1)) }),
  ListTargetsByRule: z.object({ Rule: name(64), EventBusName: bus, Limit: limit }),
  CreateArchive: z.object({
    ArchiveName: name(48),
    EventSourceArn: z.string(),
    Description: description,
    EventPattern: z.optional(z.string()),
    RetentionDays: z.optional(z.int().check(z.gte(0))),
  }),
  DescribeArchive: z.object({ ArchiveName: name(48) }),
  ListArchives: z.object({ NamePrefix: z.optional(z.string()), EventSourceArn: z.optional(z.string()), Limit: limit }),
  DeleteArchive: z.object({ ArchiveName: name(48) }),
  StartReplay: z.object({
    ReplayName: name(64),
    Description: description,
    /** ARN of the archive. */
    EventSourceArn: z.string(),
    EventStartTime: seconds,
    EventEndTime: seconds,
    Destination: z.object({ Arn: z.string(), FilterArns: z.optional(z.array(z.string())) }),
  }),
  DescribeReplay: z.object({ ReplayName: name(64) }),
  ListReplays: z.object({
    NamePrefix: z.optional(z.string()),
    State: z.optional(z.string()),
    EventSourceArn: z.optional(z.string()),
    Limit: limit,
  }),
  CancelReplay: z.object({ ReplayName: name(64) }),
} as const;

export type Action = keyof typeof REQUESTS;
export type EventsRequest<A extends Action> = z.infer<(typeof REQUESTS)[A]>;

/** Validates the input of an action. @throws {ServiceError} as the service does. */
export function parseRequest<A extends Action>(action: A, input: unknown): EventsRequest<A> {
  const parsed = z.safeParse(REQUESTS[action] as (typeof REQUESTS)[A], input);
  if (!parsed.success) throw invalid(`${action}: ${explain(parsed.error)}`);
  return parsed.data as EventsRequest<A>;
}
