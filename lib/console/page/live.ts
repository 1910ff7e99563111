import type { ConsoleChange, ConsoleOverview, ReplayList } from '../api.ts';
import { read } from './client.ts';

/** Most changes that are kept; the server keeps as many. */
const CHANGES_KEPT = 200;
/** Readings that the trends of the overview are drawn of. */
const READINGS_KEPT = 180;

/** One reading, as the trends show it. */
export interface TrendPoint {
  readonly at: number;
  readonly serving: number;
  readonly connections: number | undefined;
}

/** Everything that the server tells by itself, as of now. */
export interface PageState {
  readonly overview: ConsoleOverview | undefined;
  readonly replay: ReplayList | undefined;
  readonly changes: readonly ConsoleChange[];
  readonly trend: readonly TrendPoint[];
  /** When the connection was lost; undefined while it holds. */
  readonly lostAt: number | undefined;
}

/** Subject of an update: each reading tells `reading`, and `version` if it differs from the one before. */
export type LiveTopic = 'reading' | 'version' | 'change' | 'replay' | 'connection';

/**
 * Keeps what the server tells over its stream of events. EventSource connects again by itself, except after a refusal;
 * then this does. After each connection the changes are read again, because some may have been missed.
 */
export class Live {
  #state: PageState = { overview: undefined, replay: undefined, changes: [], trend: [], lostAt: undefined };
  readonly #told: (topic: LiveTopic) => void;
  readonly #retryMs: number;

  /** @param retryMs between two attempts after the server refused one. */
  constructor(told: (topic: LiveTopic) => void, retryMs = 3_000) {
    this.#told = told;
    this.#retryMs = retryMs;
  }

  get state(): PageState {
    return this.#state;
  }

  start(): void {
    const source = new EventSource('/api/events');
    const on = <T>(type: string, take: (value: T) => void): void =>
      source.addEventListener(type, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
    source.addEventListener('open', () => {
      this.#set({ lostAt: undefined }, 'connection');
      void this.#readChanges();
    });
    source.addEventListener('error', () => {
      this.#set({ lostAt: this.#state.lostAt ?? Date.now() }, 'connection');
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(), this.#retryMs);
    });
    on<ConsoleOverview>('overview', (overview) => this.#takeOverview(overview));
    on<ConsoleChange>('change', (change) => this.#set({ changes: merged([change], this.#state.changes) }, 'change'));
    on<ReplayList>('replay', (replay) => this.#set({ replay }, 'replay'));
  }

  async #readChanges(): Promise<void> {
    try {
      const changes = await read<ConsoleChange[]>('/api/changes');
      this.#set({ changes: merged(changes, this.#state.changes) }, 'change');
    } catch {
      // The next connection reads them again; until then, the banner says what is wrong.
    }
  }

  #takeOverview(overview: ConsoleOverview): void {
    const { at, states, connections } = overview;
    const before = this.#state.trend.filter((point) => point.at < at);
    const trend = [...before, { at, serving: states.serving, connections }].slice(-READINGS_KEPT);
    const differs = overview.version !== this.#state.overview?.version;
    this.#set({ overview, trend }, 'reading');
    if (differs) this.#told('version');
  }

  #set(values: Partial<PageState>, topic: LiveTopic): void {
    this.#state = { ...this.#state, ...values };
    this.#told(topic);
  }
}

/** Puts lists of changes together, the newest first, each change once. */
function merged(some: readonly ConsoleChange[], more: readonly ConsoleChange[]): ConsoleChange[] {
  const byId = new Map([...more, ...some].map((change) => [change.id, change]));
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, CHANGES_KEPT);
}
