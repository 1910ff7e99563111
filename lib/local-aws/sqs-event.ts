import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';

/** Converts received messages to the event that Lambda passes to a function. */
export function toSqsEvent(messages: readonly Message[], source: { arn: string; region: string }): SQSEvent {
  return { Records: messages.map((message) => toRecord(message, source)) };
}

function toRecord(message: Message, source: { arn: string; region: string }): SQSRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecordAttributes,
    messageAttributes: Object.fromEntries(attributes.map(([name, value]) => [name, toAttribute(value)])),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: source.arn,
    awsRegion: source.region,
  };
}

function toAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  return {
    dataType: value.DataType ?? 'String',
    ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
    ...(value.BinaryValue === undefined ? {} : { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
  };
}

/**
 * Returns the messages of a batch that a function returns to the queue (AWS Lambda developer guide, *Partial batch responses
 * for Amazon SQS*).
 *
 * | answer | returned |
 * |---|---|
 * | nothing, `null`, no or an empty list | none |
 * | a list of identifiers of the batch | only these: for a FIFO queue the function must also list the later ones |
 * | an entry without identifier, an empty one, or one that is not in the batch | all |
 * | anything else | all |
 */
export function returnedMessages(ids: readonly string[], answer: unknown): Set<string> {
  if (answer === undefined || answer === null) return new Set();
  const failures: unknown = (answer as Partial<SQSBatchResponse>).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return new Set(ids);
  const named = failures.map((failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  const known = new Set(ids);
  return named.every((id) => typeof id === 'string' && known.has(id)) ? new Set(named as string[]) : known;
}
