import { randomUUID } from 'node:crypto';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { isDeeperThan } from '../contract/index.ts';

/** Patterns and archives walk a detail by recursion. What the service accepts is undocumented (V). */
const MAX_DETAIL_DEPTH = 1_000;

/** An event as rules match it and targets receive it. */
export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Whole seconds, as the service writes it. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly 'replay-name'?: string;
}

/** `PutEventsRequestEntry` on the wire, where a time is a number of seconds. */
export type WireEntry = Omit<PutEventsRequestEntry, 'Time'> & { Time?: number };

/** Error of a rejected entry, as the response lists it. */
export interface EntryFailure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Account and region of a resource. */
export interface AwsScope {
  readonly account: string;
  readonly region: string;
}

/**
 * Builds the event of an entry.
 *
 * @param now milliseconds since the epoch.
 * @returns the failure of an entry that the service would reject.
 */
export function toEnvelope(entry: WireEntry, scope: AwsScope, now: number): Envelope | EntryFailure {
  const { Source: source, DetailType: detailType, Detail: text } = entry;
  if (source === undefined || source === '') return missing('Source');
  if (detailType === undefined || detailType === '') return missing('DetailType');
  if (text === undefined || text === '') return missing('Detail');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseObject(text);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const at = entry.Time === undefined ? now : entry.Time * 1000;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: scope.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: scope.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

function missing(name: string): EntryFailure {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}

function parseObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    return isDeeperThan(json, MAX_DETAIL_DEPTH) ? undefined : json;
  } catch {
    return undefined;
  }
}

/** Returns the size of an entry as the service counts it. */
export function wireEntryBytes(entry: WireEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? '', 'utf8'), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}
