import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';

/** The event that Lambda makes of received messages. */
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
 * The messages of a batch that the function's answer gives back (AWS Lambda developer guide, *Partial batch responses
 * for Amazon SQS*).
 *
 * | answer | given back |
 * |---|---|
 * | nothing, `null`, no or an empty list | none |
 * | a list of identifiers of the batch | these, and no others: of a FIFO queue the function must name the later ones too |
 * | an entry without identifier, an empty, or one that is not of the batch | all |
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
