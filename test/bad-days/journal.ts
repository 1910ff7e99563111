import { createHash } from 'node:crypto';
import type { Log, LogFields, LogLevel } from '../../lib/telemetry/index.ts';

/** Ids of events are random, and say nothing. Nor do those of traces, and durations. */
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const LEFT_OUT = ['error', 'durationMs', 'traceId'];

/** What happened in a run, in order: its digest tells two runs apart, and its counts are the summary. */
export class Journal {
  readonly #hash = createHash('sha256');
  readonly #counts = new Map<string, number>();
  /** Lines of the run, where they are kept. */
  readonly lines: string[] = [];
  readonly #keep: boolean;
  readonly #now: () => number;

  /** @param keep whether the lines are kept, for reading. */
  constructor(now: () => number, keep = false) {
    this.#now = now;
    this.#keep = keep;
  }

  write(line: string): void {
    const text = `${new Date(this.#now()).toISOString()} ${line.replaceAll(UUID, 'an id')}`;
    this.#hash.update(`${text}\n`);
    if (this.#keep) this.lines.push(text);
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  counted(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }

  /** A log that writes here, and counts its messages as `<who>: <message>`. */
  log(who: string): Log {
    const at =
      (level: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        if (level === 'debug') return;
        this.count(`log ${who}: ${message}`);
        const error = fields.error instanceof Error ? ` ${fields.error.message.split('\n')[0]}` : '';
        const more = Object.entries(fields)
          .filter(([name, value]) => !LEFT_OUT.includes(name) && typeof value !== 'object')
          .map(([name, value]) => ` ${name}=${value}`)
          .join('');
        this.write(`${who} ${level}: ${message}${error}${more}`);
      };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}
