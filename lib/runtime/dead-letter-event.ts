import type { SQSRecord } from 'aws-lambda';
import {
  EVENTS,
  type IngressFailed,
  isUid,
  kindOfEvent,
  type PruneRefused,
  parseTraceparent,
  present,
  type TraceContext,
} from '../contract/index.ts';

/** A dead letter with everything that could be read from its message. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  /** Message group in the queue that it comes from. */
  readonly group: string;
  readonly appliance: string;
  readonly reason: string;
  /** Trace of the event, if it has one. */
  readonly trace?: TraceContext;
  /** `namespace/name` or a range of keys; undefined if the message has neither. */
  readonly subject?: string;
  /** Event that reports the dead letter; undefined if the message has neither an Ingress nor a range. */
  readonly outcome?:
    | { readonly detailType: 'Ingress Failed' | 'TLSRoute Failed' | 'Gateway Failed'; readonly data: IngressFailed }
    | { readonly detailType: 'Prune Refused'; readonly data: PruneRefused };
}

/**
 * Reads a dead letter. Its body may follow another version of the contract, or not be an event at all.
 *
 * A snapshot is reported as `Prune Refused`: nothing of it was recorded, so the forwarder's next one must be flagged.
 */
export function describeDeadLetter(record: SQSRecord): DeadLetter {
  const group = record.attributes.MessageGroupId ?? '';
  const appliance = record.messageAttributes.appliance?.stringValue ?? group;
  const reason = record.messageAttributes.reason?.stringValue ?? 'it was received too often without success';
  const { detailType, data, trace } = parseBody(record.body);
  const letter = { messageId: record.messageId, body: record.body, group, appliance, reason, ...present({ trace }) };
  const cluster = data.cluster;
  const sequence = data.sequence;
  // The event fits no schema: only what can be a UID is repeated.
  const clusterUid = isUid(data.clusterUid) ? { clusterUid: data.clusterUid } : {};
  if (detailType === 'Cluster Snapshot' || detailType === 'TLSRoute Snapshot') {
    const refusal = {
      cluster,
      ...clusterUid,
      appliance,
      sequence,
      from: data.from,
      to: data.to,
      routes: 0,
      removes: 0,
      limitPercent: 0,
      reason: `the snapshot became a dead letter: ${reason}`,
    };
    const parsed = EVENTS['Prune Refused'].schema.safeParse(refusal);
    if (!parsed.success) return letter;
    return {
      ...letter,
      subject: `${parsed.data.from}-${parsed.data.to}`,
      outcome: { detailType: 'Prune Refused', data: parsed.data },
    };
  }
  const failed = `${kindOfEvent(detailType)} Failed` as const;
  const object = recordOf(data.ingress ?? data.tlsRoute ?? data.gateway ?? data);
  const failure = {
    cluster,
    ...clusterUid,
    appliance,
    namespace: object.namespace,
    name: object.name,
    ...(isUid(object.uid) ? { uid: object.uid } : {}),
    sequence,
    programmed: [],
    removed: [],
    hosts: [],
    findings: [],
    changes: [],
    durationMs: 0,
    reason: `the event became a dead letter: ${reason}`,
    retry: false,
  };
  const parsed = EVENTS[failed].schema.safeParse(failure);
  if (!parsed.success) return letter;
  return {
    ...letter,
    subject: `${parsed.data.namespace}/${parsed.data.name}`,
    outcome: { detailType: failed, data: parsed.data },
  };
}

function parseBody(body: string): { detailType: unknown; data: Record<string, unknown>; trace?: TraceContext } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { detailType: undefined, data: {} };
  }
  const envelope = recordOf(json);
  const { data, traceparent } = recordOf(envelope.detail);
  return {
    detailType: envelope['detail-type'],
    data: recordOf(data),
    ...present({ trace: parseTraceparent(traceparent) }),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
