import type { BusEvent } from './envelope.ts';

/** 256 KiB: the entry size that every EventBridge accepts. The service has allowed 1 MiB since January 2026. */
export const MAX_EVENT_BYTES = 256 * 1024;

/**
 * Target size of an event: less than {@link MAX_EVENT_BYTES}, because a queue adds an envelope.
 */
export const TARGET_EVENT_BYTES = 240 * 1024;

/** Bytes that EventBridge counts for a time. */
const TIME_BYTES = 14;

/** Returns the UTF-8 bytes of a text. */
const textBytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Returns the bytes of a value in JSON. */
export const jsonBytes = (value: unknown): number => textBytes(JSON.stringify(value));

/**
 * Returns the size of an event as EventBridge counts its entry: 14 bytes for the time, and the UTF-8 bytes of source,
 * detail-type and detail (EventBridge user guide, *Calculating PutEvents event entry size*).
 */
export function eventBytes({ source, detailType, detail }: BusEvent): number {
  return TIME_BYTES + textBytes(source) + textBytes(detailType) + jsonBytes(detail);
}
