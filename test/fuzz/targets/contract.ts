import { EVENTS, sourceOf } from '../../../lib/contract/events.ts';
import { toEvents } from '../../../lib/contract/fit.ts';
import { type DetailType, EventInvalid, parseEnvelope } from '../../../lib/contract/index.ts';
import { eventBytes, MAX_EVENT_BYTES, TARGET_EVENT_BYTES } from '../../../lib/contract/size.ts';
import { describeDeadLetter } from '../../../lib/runtime/dead-letter-event.ts';
import { about, type FuzzTarget, hold, kindOfMessage, same } from '../target.ts';

const TOKENS = [
  ...[
    '"detail-type":"Ingress Changed"',
    '"detail-type":"Cluster Snapshot"',
    '"nspass.ingress.changed.v1"',
    '"sequence":1',
  ],
  ...[
    '"cluster":"prod"',
    '"namespace":"shop"',
    '"name":"web"',
    '"ingresses":[',
    '"rules":[{"host":"a.example","paths":[]}]',
  ],
  ...['"annotations":{"a":"b"}', '"tls":[{"hosts":[]}]', '"from":"22"', '"to":"zz"', '"flagged":true', '"created":0'],
  ...[
    '"specversion":"1.0"',
    '"time":"2026-01-01T00:00:00Z"',
    '"__proto__":{"x":1}',
    '"account":"000000000000"',
    '[[[[',
  ],
];

const event: FuzzTarget = {
  name: 'event',
  parser: 'lib/contract/envelope.ts#parseEnvelope',
  tokens: TOKENS,
  run(input) {
    const body = input.toString('utf8');
    let received: ReturnType<typeof parseEnvelope>;
    try {
      received = parseEnvelope(body, { account: '000000000000' });
    } catch (error) {
      if (!(error instanceof EventInvalid)) throw error;
      return kindOfMessage(error.message);
    }
    const { detailType, data, id, time } = received;
    hold(Number.isFinite(time), 'a time that is not a number');
    const envelope = {
      ...{ id: 'x', source: sourceOf(detailType), 'detail-type': detailType, time: 'x' },
      detail: { specversion: '1.0', type: EVENTS[detailType].type, id, time: new Date(time).toISOString(), data },
    };
    same(parseEnvelope(JSON.stringify(envelope)).data, data, 'printed, it is another event');
    for (const fitting of toEvents(sourceOf(detailType), detailType as DetailType, data as never, {
      now: () => time,
    })) {
      const most = /Changed|Withdrawn|Snapshot$/.test(detailType) ? MAX_EVENT_BYTES * 2 : TARGET_EVENT_BYTES;
      hold(eventBytes(fitting) <= most, 'too large for the bus');
    }
    return `${detailType} ${about(JSON.stringify(data).length)}`;
  },
};

const deadLetter: FuzzTarget = {
  name: 'dead-letter',
  parser: 'lib/runtime/dead-letter-event.ts#describeDeadLetter',
  tokens: TOKENS,
  run(input) {
    const letter = describeDeadLetter({
      messageId: 'm',
      receiptHandle: 'r',
      body: input.toString('utf8'),
      attributes: { MessageGroupId: 'edge' } as never,
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    });
    if (letter.outcome === undefined) return 'nothing to report';
    const { detailType, data } = letter.outcome;
    hold(EVENTS[detailType].schema.safeParse(data).success, 'an outcome that the contract refuses');
    return detailType;
  },
};

export const CONTRACT: readonly FuzzTarget[] = [event, deadLetter];
