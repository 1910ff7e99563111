import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** When an answer was sent, by the clock of its sender, and when it was asked for and arrived by this machine's. */
export interface AnsweredAt {
  /** `Date` of the answer; undefined if it has none. */
  readonly date: string | undefined;
  /** Milliseconds since the epoch. */
  readonly before: number;
  readonly after: number;
}

/** Tells when each answer of a client was sent, refusals included. */
export function onAnswer(
  client: EventBridgeClient | LambdaClient | SQSClient,
  tell: (answered: AnsweredAt) => void,
  now: () => number = Date.now,
): void {
  // The stacks differ in the types of requests and answers only, which are not looked at.
  (client as SQSClient).middlewareStack.add(
    (next) => async (args) => {
      const before = now();
      const result = await next(args);
      const { headers = {} } = result.response as { headers?: Record<string, string> };
      const date = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1];
      tell({ date, before, after: now() });
      return result;
    },
    // Next to the connection: the deserializer around it throws for a refusal.
    { step: 'deserialize', priority: 'low', name: 'answeredAt' },
  );
}
