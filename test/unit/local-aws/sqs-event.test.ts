import { describe, expect, it } from 'vitest';
import { lambdaContext } from '../../../lib/local-aws/lambda-context.ts';
import { returnedMessages, toSqsEvent } from '../../../lib/local-aws/sqs-event.ts';

describe('toSqsEvent', () => {
  it('has every field that Lambda gives', () => {
    const message = {
      MessageId: 'm',
      ReceiptHandle: 'r',
      Body: '{}',
      MD5OfBody: 'md5',
      MD5OfMessageAttributes: 'md5a',
      Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'alpha' },
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'why' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      },
    };
    expect(toSqsEvent([message], { arn: 'arn:q', region: 'eu-central-1' })).toEqual({
      Records: [
        {
          messageId: 'm',
          receiptHandle: 'r',
          body: '{}',
          md5OfBody: 'md5',
          md5OfMessageAttributes: 'md5a',
          attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'alpha' },
          messageAttributes: {
            reason: { dataType: 'String', stringValue: 'why', stringListValues: [], binaryListValues: [] },
            raw: { dataType: 'Binary', binaryValue: 'AQI=', stringListValues: [], binaryListValues: [] },
          },
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:q',
          awsRegion: 'eu-central-1',
        },
      ],
    });
  });
});

describe('returnedMessages', () => {
  const all = ['a', 'b', 'c'];
  const failed = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
  it.each<[string, unknown, string[]]>([
    ['nothing', undefined, []],
    ['null', null, []],
    ['an empty object', {}, []],
    ['a null list', { batchItemFailures: null }, []],
    ['an empty list', failed(), []],
    ['one', failed('b'), ['b']],
    ['several', failed('b', 'c'), ['b', 'c']],
    ['an empty identifier', failed('b', ''), all],
    ['a null identifier', failed(null), all],
    ['another key', { batchItemFailures: [{ id: 'b' }] }, all],
    ['null in the list', { batchItemFailures: [null] }, all],
    ['an unknown identifier', failed('x'), all],
    ['no list', { batchItemFailures: 'b' }, all],
  ])('%s', (_name, answer, expected) => {
    expect([...returnedMessages(all, answer)]).toEqual(expected);
  });
});

describe('lambdaContext', () => {
  it('tells what remains of the time, and never less than nothing', () => {
    let now = 1000;
    const context = lambdaContext('reconcile', { account: '1', region: 'r' }, 500, () => now);
    expect(context.getRemainingTimeInMillis()).toBe(500);
    now = 1200;
    expect(context.getRemainingTimeInMillis()).toBe(300);
    now = 9999;
    expect(context.getRemainingTimeInMillis()).toBe(0);
    expect(context.invokedFunctionArn).toBe('arn:aws:lambda:r:1:function:reconcile');
    expect(() => context.succeed('x')).toThrow('return a promise');
  });
});
