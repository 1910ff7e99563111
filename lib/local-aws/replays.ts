import type { Archive, Archives } from './archives.ts';
import type { Envelope } from './envelope.ts';
import type { FaultInjector } from './fault-injector.ts';
import { alreadyThere, illegalStatus, invalid, notFound } from './service-error.ts';

export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

export interface ReplayRequest {
  readonly name: string;
  readonly arn: string;
  readonly archive: Archive;
  readonly description?: string;
  /** Range of event times, both ends included, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly destination: { readonly Arn: string; readonly FilterArns?: readonly string[] };
}

export interface Replay extends ReplayRequest {
  state: ReplayState;
  reason?: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  ended?: number;
  /** Time of the last replayed event. */
  lastReplayed?: number;
}

export interface LocalReplayOptions {
  readonly archives: Archives;
  readonly faults: FaultInjector;
  /** Delivers an event to the rules of the archive's bus, and resolves when it is delivered. */
  readonly deliver: (bus: string, event: Envelope, only: ReadonlySet<string> | undefined) => Promise<void>;
  readonly now: () => number;
}

/** Events in transit at a time, so that a replay can be cancelled and does not fill the memory. */
const CHUNK = 100;
const CONCURRENT = 10;

/** Replays of archives. Their state is in memory. */
export class Replays {
  readonly #options: LocalReplayOptions;
  readonly #replays = new Map<string, Replay>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: LocalReplayOptions) {
    this.#options = options;
  }

  start(request: ReplayRequest): Replay {
    const { archive, destination } = request;
    if (this.#replays.has(request.name)) throw alreadyThere(`Replay ${request.name}`);
    if (destination.Arn !== archive.busArn) {
      throw invalid('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.');
    }
    if (request.to <= request.from) {
      throw invalid('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
    }
    if (this.#running.size >= CONCURRENT) throw invalid(`Only ${CONCURRENT} replays may run at a time.`);
    const replay: Replay = { ...request, state: 'STARTING', started: this.#options.now() };
    this.#replays.set(replay.name, replay);
    const running = this.#run(replay).finally(() => this.#running.delete(replay.name));
    this.#running.set(replay.name, running);
    return replay;
  }

  get(name: string): Replay {
    const replay = this.#replays.get(name);
    if (replay === undefined) throw notFound(`Replay ${name}`);
    return replay;
  }

  list(filter: { prefix?: string; state?: string; archiveArn?: string } = {}): Replay[] {
    return [...this.#replays.values()].filter(
      (replay) =>
        replay.name.startsWith(filter.prefix ?? '') &&
        (filter.state ?? replay.state) === replay.state &&
        (filter.archiveArn ?? replay.archive.arn) === replay.archive.arn,
    );
  }

  cancel(name: string): Replay {
    const replay = this.get(name);
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING') {
      throw illegalStatus(`Replay ${name} is in state ${replay.state} and can't be cancelled.`);
    }
    replay.state = 'CANCELLING';
    return replay;
  }

  /** Cancels running replays, and waits for their end. */
  async stop(): Promise<void> {
    for (const name of this.#running.keys()) {
      const replay = this.get(name);
      if (replay.state === 'STARTING' || replay.state === 'RUNNING') replay.state = 'CANCELLING';
    }
    await Promise.all(this.#running.values());
  }

  async #run(replay: Replay): Promise<void> {
    // The answer to StartReplay comes first, as in the service.
    await new Promise((resolve) => setImmediate(resolve));
    if (replay.state === 'STARTING') replay.state = 'RUNNING';
    try {
      const { archives, faults, deliver } = this.#options;
      const events = replayOrder(archives.read(replay.archive, replay.from, replay.to), faults);
      const only = replay.destination.FilterArns === undefined ? undefined : new Set(replay.destination.FilterArns);
      for (let at = 0; at < events.length && replay.state === 'RUNNING'; at += CHUNK) {
        const chunk = events.slice(at, at + CHUNK).map((event) => ({ ...event, 'replay-name': replay.name }));
        await Promise.all(chunk.map((event) => deliver(replay.archive.bus, event, only)));
        replay.lastReplayed = Math.max(replay.lastReplayed ?? 0, ...chunk.map((event) => Date.parse(event.time)));
      }
      replay.state = replay.state === 'RUNNING' ? 'COMPLETED' : 'CANCELLED';
    } catch (error) {
      replay.state = 'FAILED';
      replay.reason = (error as Error).message;
    }
    replay.ended = this.#options.now();
  }
}

/** Orders events minute by minute, as the service does; the fault injector decides the order within a minute. */
export function replayOrder(events: readonly Envelope[], faults: Pick<FaultInjector, 'orderMinute'>): Envelope[] {
  const minutes = new Map<number, Envelope[]>();
  for (const event of events) {
    const minute = Math.floor(Date.parse(event.time) / 60_000);
    const others = minutes.get(minute);
    if (others === undefined) minutes.set(minute, [event]);
    else others.push(event);
  }
  return [...minutes.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([, minute]) => faults.orderMinute(minute.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))));
}
