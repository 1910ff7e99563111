import { type ExchangeRecord, parseRecord, type RecordedRequest, RecordInvalid } from './exchange-record.ts';
import { differences } from './nearest.ts';

/** A recorded exchange, and the line of the file that it stands in. */
export interface RecordedLine {
  readonly line: number;
  readonly record: ExchangeRecord;
}

/** Returns JSON whose fields are sorted, so that two bodies are equal as texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

/** Returns what two requests have in common if the same answer belongs to both. The order of parameters does not count. */
function keyOf({ method, url, headers, body }: RecordedRequest): string {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  return canonical([method, path.replace(/\/$/, ''), query.split('&').sort(), headers ?? {}, body ?? null]);
}

/** Reads the lines of a recording. A last line without its end was torn when its recorder died, and is left out. */
export function parseRecording(text: string): RecordedLine[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [{ line: index + 1, record: parseRecord(line) }];
    } catch (error) {
      if (error instanceof RecordInvalid) throw new RecordInvalid(`line ${index + 1} cannot be read: ${error.message}`);
      throw error;
    }
  });
}

/** Why a recording has no answer: the recorded request that is most like the one that came. */
export interface Unmatched {
  readonly nearest: RecordedLine | undefined;
  /** In what the nearest one differs, each a part of a sentence. */
  readonly differs: readonly string[];
}

/** Answers from a recording: equal requests get their answers in the recorded order, and the last one from then on. */
export class Recording {
  readonly #lines: readonly RecordedLine[];
  readonly #byKey = new Map<string, { next: number; readonly lines: RecordedLine[] }>();

  constructor(lines: readonly RecordedLine[]) {
    this.#lines = lines;
    for (const one of lines) {
      const key = keyOf(one.record.request);
      const known = this.#byKey.get(key);
      if (known === undefined) this.#byKey.set(key, { next: 0, lines: [one] });
      else known.lines.push(one);
    }
  }

  /** Returns the response to a request, or undefined. @param request as `recordedRequest` returns it */
  answer(request: RecordedRequest): ExchangeRecord['response'] | undefined {
    const known = this.#byKey.get(keyOf(request));
    if (known === undefined) return undefined;
    const { record } = known.lines[known.next]!;
    known.next = Math.min(known.next + 1, known.lines.length - 1);
    return record.response;
  }

  /** Returns the recorded request that is most like one without an answer; of several, the first. */
  nearest(request: RecordedRequest): Unmatched {
    let nearest: RecordedLine | undefined;
    let best = { distance: Number.POSITIVE_INFINITY, differs: [] as readonly string[] };
    for (const one of this.#lines) {
      const found = differences(one.record.request, request);
      if (found.distance < best.distance) [nearest, best] = [one, found];
    }
    return { nearest, differs: best.differs };
  }
}
