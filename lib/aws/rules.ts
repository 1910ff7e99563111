import { type EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';

/** A rule of a bus. */
export interface BusRule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  /** The event pattern, as JSON. */
  readonly pattern: string;
}

/** Lists the rules of a bus whose names begin with a prefix; all without one. @throws the error of the service. */
export async function listRules(
  client: Pick<EventBridgeClient, 'send'>,
  bus: string,
  prefix?: string,
): Promise<BusRule[]> {
  const rules: BusRule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListRulesCommand({
        EventBusName: bus,
        ...(prefix === undefined ? {} : { NamePrefix: prefix }),
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const { Name = '', Arn = '', State = 'ENABLED', EventPattern = '{}' } of page.Rules ?? []) {
      rules.push({ name: Name, arn: Arn, enabled: State !== 'DISABLED', pattern: EventPattern });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}
