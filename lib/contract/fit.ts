import { type BusEvent, type EventOptions, toEvent } from './envelope.ts';
import type { DetailType, EventData, EventOrigin } from './events.ts';
import { eventBytes, jsonBytes, TARGET_EVENT_BYTES } from './size.ts';

/** Characters of one text of an event that has to be cut: a reason, a command line, a value. */
const LONGEST_TEXT = 2_000;

/** Bytes for the counts of what was left out. */
const OMITTED_BYTES = 200;

/**
 * How an event of each type is made to fit:
 *
 * - `split`: its list goes on in further events of the same kind; nothing is lost;
 * - `shorten`: its lists are shortened, the most important first in this list and shortened last; `omitted` counts what
 *   was left out;
 * - `text`: only its texts can be long.
 *
 * A desired state is not cut: half of it would be believed. Whoever makes it lists it by name (protocol rule 13).
 */
const CUTS: Readonly<Partial<Record<DetailType, Cut>>> = {
  'Resync Requested': { split: 'ingresses' },
  'Work Requested': {},
  'Ingress Programmed': { shorten: ['programmed', 'removed', 'findings', 'hosts', 'resetHosts', 'changes'] },
  'Ingress Removed': { shorten: ['programmed', 'removed', 'findings', 'hosts', 'resetHosts', 'changes'] },
  'Ingress Rejected': { shorten: ['programmed', 'removed', 'findings', 'hosts', 'resetHosts', 'changes'] },
  'Ingress Failed': { shorten: ['programmed', 'removed', 'findings', 'hosts', 'resetHosts', 'changes'] },
  'Ingress Stale': {},
  'Snapshot Applied': {},
  'Prune Refused': {},
};

interface Cut {
  readonly split?: string;
  readonly shorten?: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The events that carry `data`, each of a size that the bus takes: one, as it is, nearly always. The only way to make
 * an event of a request or an outcome, so that none can be too large to be published.
 *
 * @param options `id` is for one event: others that the data is split into have ids of their own.
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
    cut.split === undefined ? [shorten(clipped, cut.shorten ?? [], room)] : split(clipped, cut.split, room);
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

/** One piece after the other of a list, each with everything else of the data. */
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

/** As much of each list as fits, and counts of the rest. */
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
