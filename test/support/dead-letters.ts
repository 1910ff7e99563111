import type { SQSRecord } from 'aws-lambda';

/** A message of the queue of dead letters. */
export function record(body: string, extra: { id?: string; group?: string; attributes?: Record<string, string> } = {}) {
  return {
    messageId: extra.id ?? 'm1',
    body,
    attributes: { MessageGroupId: extra.group ?? 'edge' },
    messageAttributes: Object.fromEntries(
      Object.entries(extra.attributes ?? {}).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
    ),
  } as unknown as SQSRecord;
}

/** An envelope of a version that this one does not read. */
export const envelope = (detailType: string, data: unknown) =>
  JSON.stringify({ 'detail-type': detailType, detail: { type: 'nspass.of.the.future.v9', data } });

export const changed = envelope('Ingress Changed', {
  cluster: 'c1',
  sequence: 5,
  ingress: { namespace: 'shop', name: 'web', colour: 'of a later version' },
});
export const withdrawn = envelope('Ingress Withdrawn', { cluster: 'c1', sequence: 6, namespace: 'shop', name: 'web' });
export const snapshot = envelope('Cluster Snapshot', {
  cluster: 'c1',
  sequence: 7,
  from: 'aa',
  to: 'cc',
  ingresses: 3,
});
