import type { SQSRecord } from 'aws-lambda';
import { EVENTS, type IngressFailed, type PruneRefused } from '../contract/index.ts';

/** What a dead letter is about, as far as it can be told. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  /** Message group of the queue that it comes from: the appliance's. */
  readonly group: string;
  readonly appliance: string;
  readonly reason: string;
  /** `namespace/name`, or a range of keys. */
  readonly subject?: string;
  /** What is told of it on the bus; nothing where it names no Ingress and no range. */
  readonly outcome?:
    | { readonly detailType: 'Ingress Failed'; readonly data: IngressFailed }
    | { readonly detailType: 'Prune Refused'; readonly data: PruneRefused };
}

/**
 * Reads as much of a dead letter as there is. It may be of another version of the contract, or no event at all: that
 * is why it is here.
 *
 * A snapshot is told of as `Prune Refused`: nothing of it was recorded, and the forwarder's next one must be flagged.
 */
export function describeDeadLetter(record: SQSRecord): DeadLetter {
  const group = record.attributes.MessageGroupId ?? '';
  const appliance = record.messageAttributes.appliance?.stringValue ?? group;
  const reason = record.messageAttributes.reason?.stringValue ?? 'it was brought again and again without success';
  const letter = { messageId: record.messageId, body: record.body, group, appliance, reason };
  const { detailType, data } = open(record.body);
  const cluster = data.cluster;
  const sequence = data.sequence;
  if (detailType === 'Cluster Snapshot') {
    const refusal = {
      cluster,
      clusterUid: data.clusterUid,
      appliance,
      sequence,
      from: data.from,
      to: data.to,
      routes: 0,
      removes: 0,
      limitPercent: 0,
      reason: `the snapshot is among the dead letters: ${reason}`,
    };
    const parsed = EVENTS['Prune Refused'].schema.safeParse(refusal);
    if (!parsed.success) return letter;
    return {
      ...letter,
      subject: `${parsed.data.from}-${parsed.data.to}`,
      outcome: { detailType: 'Prune Refused', data: parsed.data },
    };
  }
  const ingress = detailType === 'Ingress Changed' ? fields(data.ingress) : data;
  const failure = {
    cluster,
    clusterUid: data.clusterUid,
    appliance,
    namespace: ingress.namespace,
    name: ingress.name,
    uid: ingress.uid,
    sequence,
    programmed: [],
    removed: [],
    hosts: [],
    findings: [],
    changes: [],
    durationMs: 0,
    reason: `the event is among the dead letters: ${reason}`,
    retry: false,
  };
  const parsed = EVENTS['Ingress Failed'].schema.safeParse(failure);
  if (!parsed.success) return letter;
  return {
    ...letter,
    subject: `${parsed.data.namespace}/${parsed.data.name}`,
    outcome: { detailType: 'Ingress Failed', data: parsed.data },
  };
}

function open(body: string): { detailType: unknown; data: Record<string, unknown> } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { detailType: undefined, data: {} };
  }
  const envelope = fields(json);
  return { detailType: envelope['detail-type'], data: fields(fields(envelope.detail).data) };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
