import { isDeeperThan } from '../../../lib/contract/index.ts';
import { nameOf } from '../../../lib/local-aws/arn.ts';
import { toEnvelope, type WireEntry, wireEntryBytes } from '../../../lib/local-aws/envelope.ts';
import { parsePattern } from '../../../lib/local-aws/event-pattern.ts';
import { type Action, parseRequest, REQUESTS } from '../../../lib/local-aws/events-requests.ts';
import { ServiceError } from '../../../lib/local-aws/service-error.ts';
import { returnedMessages } from '../../../lib/local-aws/sqs-event.ts';
import { PatternInvalid } from '../../../lib/local-aws/value-matcher.ts';
import { type FuzzTarget, hold, kindOfMessage, same } from '../target.ts';

const SCOPE = { account: '000000000000', region: 'eu-central-1' };

/** A pattern, and an event in the next line. */
const pattern: FuzzTarget = {
  name: 'event-pattern',
  parser: 'lib/local-aws/event-pattern.ts#parsePattern, value-matcher.ts',
  tokens: [
    ...[
      '{"detail":{"a":["x"]}}',
      '{"prefix":"x"}',
      '{"suffix":"x"}',
      '{"wildcard":"a*b"}',
      '{"anything-but":["x"]}',
      '{"exists":true}',
    ],
    ...[
      '{"numeric":[">",0,"<=",5]}',
      '{"cidr":"10.0.0.0/8"}',
      '{"equals-ignore-case":"X"}',
      '"$or":[',
      '[[[[',
      '\n',
      '\\\\*',
      '"__proto__":',
    ],
  ],
  run(input) {
    const [text = '', ...rest] = input.toString('utf8').split('\n');
    let matches: ReturnType<typeof parsePattern>;
    try {
      matches = parsePattern(text);
    } catch (error) {
      if (!(error instanceof PatternInvalid)) throw error;
      return kindOfMessage(error.message);
    }
    let event: unknown;
    try {
      event = JSON.parse(rest.join('\n'));
      // No deeper event reaches a bus: toEnvelope refuses its detail.
      if (isDeeperThan(event, 1_000)) return 'too deep';
    } catch {
      event = { detail: { a: 'x' } };
    }
    const result = matches(event);
    hold(typeof result === 'boolean', 'neither true nor false');
    same(parsePattern(JSON.stringify(JSON.parse(text)))(event), result, 'printed, it matches otherwise');
    return `${result}`;
  },
};

const ACTIONS = Object.keys(REQUESTS) as Action[];

/** The first byte chooses the action. */
const request: FuzzTarget = {
  name: 'events-request',
  parser: 'lib/local-aws/events-requests.ts#parseRequest, envelope.ts#toEnvelope',
  tokens: [
    '{"Entries":[{',
    '"Source":"a"',
    '"DetailType":"b"',
    '"Detail":"{}"',
    '"Time":1',
    '1e300',
    '"Name":"x"',
    '"Targets":[',
    '"EventPattern":"{}"',
    'arn:aws:events:',
  ],
  run(input) {
    const action = ACTIONS[(input[0] ?? 0) % ACTIONS.length] as Action;
    let json: unknown;
    try {
      json = JSON.parse(input.toString('utf8', 1));
    } catch {
      return 'not JSON';
    }
    returnedMessages(['a', 'b'], json);
    let parsed: unknown;
    try {
      parsed = parseRequest(action, json);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return kindOfMessage(error.message);
    }
    if (action !== 'PutEvents') return action;
    const entries = (parsed as { Entries: WireEntry[] }).Entries;
    const made = entries.map((entry) => {
      hold(wireEntryBytes(entry) >= 0, 'a negative size');
      nameOf(entry.EventBusName ?? '');
      const envelope = toEnvelope(entry, SCOPE, 0);
      return 'ErrorCode' in envelope ? envelope.ErrorCode : `time ${Number.isNaN(Date.parse(envelope.time))}`;
    });
    return `PutEvents ${made[0]}`;
  },
};

export const LOCAL_AWS: readonly FuzzTarget[] = [pattern, request];
