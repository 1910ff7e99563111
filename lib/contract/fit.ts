import { type BusEvent, type EventOptions, toEvent } from './envelope.ts';
import type { DetailType, EventData, EventOrigin } from './events.ts';
import { eventBytes, jsonBytes, TARGET_EVENT_BYTES } from './size.ts';

/** Maximum of characters of a text that must be cut: a reason, a command line, a value. */
const LONGEST_TEXT = 2_000;

/** Bytes that the counts of omitted items may take. */
const OMITTED_BYTES = 200;

interface Cut {
  readonly split?: readonly string[];
  readonly shorten?: readonly string[];
}

const OUTCOME: Cut = { shorten: ['programmed', 'removed', 'findings', 'hosts', 'resetHosts', 'changes'] };

/**
 * The method by which an event of each type is limited in size:
 *
 * - `split`: further events of the same kind carry the rest of its lists; nothing is lost;
 * - `shorten`: its lists are shortened, the first one last, because it is the most important; `omitted` counts the rest;
 * - `text`: only its texts can be long.
 *
 * Desired state is never cut, because the rest would be taken for the whole. The forwarder lists it by name instead
 * (protocol rule 13).
 */
const CUTS: Readonly<Partial<Record<DetailType, Cut>>> = {
  'Resync Requested': { split: ['ingresses', 'tlsRoutes', 'gateways'] },
  'Work Requested': {},
  'Ingress Programmed': OUTCOME,
  'Ingress Removed': OUTCOME,
  'Ingress Rejected': OUTCOME,
  'Ingress Failed': OUTCOME,
  'Ingress Stale': {},
  'TLSRoute Programmed': OUTCOME,
  'TLSRoute Removed': OUTCOME,
  'TLSRoute Rejected': OUTCOME,
  'TLSRoute Failed': OUTCOME,
  'TLSRoute Stale': {},
  'Gateway Programmed': OUTCOME,
  'Gateway Removed': OUTCOME,
  'Gateway Rejected': OUTCOME,
  'Gateway Failed': OUTCOME,
  'Gateway Stale': {},
  'Certificates Expiring': { shorten: ['certificates'] },
  'Snapshot Applied': {},
  'Prune Refused': {},
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the events that carry `data`, each of a size that the bus accepts; nearly always this is one event. Every request
 * and outcome is made here, so that none is too large to be published.
 *
 * @param options `id` applies to the first event; further events get new ids.
 */
export function toEvents<T extends DetailType>(
  source: EventOrigin,
  detailType: T,
  data: EventData<T>,
  options: EventOptions,
): BusEvent<T>[] {
  const whole = toEvent(source, detailType, data, options);
  const bytes = eventBytes(whole);
  const cut = CUTS[detailType];
  if (bytes <= TARGET_EVENT_BYTES || cut === undefined) return [whole];
  const room = TARGET_EVENT_BYTES - (bytes - jsonBytes(data));
  const clipped = clip(data) as Fields;
  const pieces =
    cut.split === undefined ? [shorten(clipped, cut.shorten ?? [], room)] : splitAll(clipped, cut.split, room);
  const { id, ...others } = options;
  return pieces.map((piece, index) =>
    toEvent(source, detailType, piece as EventData<T>, index === 0 ? options : others),
  );
}

/** Cuts each long text within a value. */
function clip(value: unknown): unknown {
  if (typeof value === 'string') return clipText(value);
  if (Array.isArray(value)) return value.map(clip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, clip(field)]));
}

function clipText(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const kept = text.slice(0, LONGEST_TEXT);
  // Half of a surrogate pair is not a character.
  const whole = /[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept;
  return `${whole}… and ${text.length - whole.length} characters more`;
}

/** Returns the pieces of several lists: each piece has items of one list, and the other lists are empty. */
function splitAll(data: Fields, names: readonly string[], room: number): Fields[] {
  const filled = names.filter((name) => Array.isArray(data[name]) && data[name].length > 0);
  if (filled.length === 0) return [data];
  return filled.flatMap((name) => {
    const others = Object.fromEntries(filled.filter((other) => other !== name).map((other) => [other, []]));
    return split({ ...data, ...others }, name, room);
  });
}

/** Yields the pieces of a list, each with all other fields of the data. */
function split(data: Fields, name: string, room: number): Fields[] {
  const items = data[name];
  if (!Array.isArray(items) || items.length === 0) return [data];
  const most = room - jsonBytes({ ...data, [name]: [] });
  const pieces: unknown[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = jsonBytes(item) + 1;
    if (bytes + size > most) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(item);
    bytes += size;
  }
  return pieces.map((piece) => ({ ...data, [name]: piece }));
}

/** Returns as much of each list as fits, with counts of the rest. */
function shorten(data: Fields, names: readonly string[], room: number): Fields {
  const lists = names.flatMap((name) => {
    const items = data[name];
    return Array.isArray(items) ? [[name, items as readonly unknown[]] as const] : [];
  });
  const empty = { ...data, ...Object.fromEntries(lists.map(([name]) => [name, []])) };
  let left = room - jsonBytes(empty) - OMITTED_BYTES;
  const kept: Record<string, unknown[]> = {};
  const omitted: Record<string, number> = {};
  for (const [name, items] of lists) {
    const list: unknown[] = [];
    for (const item of items) {
      const size = jsonBytes(item) + 1;
      if (size > left) break;
      left -= size;
      list.push(item);
    }
    kept[name] = list;
    if (list.length < items.length) omitted[name] = items.length - list.length;
  }
  return { ...data, ...kept, ...(Object.keys(omitted).length === 0 ? {} : { omitted }) };
}
