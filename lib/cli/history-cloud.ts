import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { drain } from '../aws/drain.ts';
import type { QueueClient } from '../aws/queue.ts';
import { ReplayUnfinished, replayArchive } from '../aws/replay.ts';
import { ReplayQueue, type UnremovedResource } from '../aws/replay-queue.ts';
import { type Sleep, sleep as sleepFor } from '../aws/sleep.ts';
import { ReplayedEvents } from '../history/index.ts';
import { cloudFailureKind } from './cloud-failure.ts';
import { readLines } from './history-read.ts';
import { planReplay } from './replay-plan.ts';
import type { ReplayProgress } from './replay-progress.ts';

/** A replay of a deployment's archive to a queue of its own. */
export interface HistoryReplay {
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly sqs: QueueClient;
  readonly deployment: string;
  /** Time of the first event; absent: as far back as the archive goes. */
  readonly from?: Date;
  readonly to: Date;
  readonly progress: ReplayProgress;
  /** Prints a line for the user who waits. */
  readonly say: (line: string) => void;
  /** Cancels the replay, and removes what was made for it. */
  readonly signal: AbortSignal;
  /** Receives the queue as soon as something of it may exist. */
  readonly onQueue?: (queue: ReplayQueue) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep?: Sleep;
  readonly pollMs?: number;
  /** Long poll of the queue, in seconds. */
  readonly waitSeconds?: number;
  /** Milliseconds without an event after which a complete replay counts as read; {@link QUIET_MS} by default. */
  readonly quietMs?: number;
}

/**
 * EventBridge calls a replay complete when it has handed over the last event, and does not say how many there were. What it
 * delivers after this time without any is lost.
 */
export const QUIET_MS = 30_000;

/** Time that a new rule needs to work, in milliseconds: EventBridge asks for "a short period" (API, *PutTargets*). */
const SETTLE_MS = 15_000;
/** Time without progress after which a replay is cancelled, in milliseconds. */
const STALL_MS = 30 * 60_000;
/** Delay until EventBridge has archived an event (user guide, *Replaying events*), in milliseconds. */
const ARCHIVE_LAG_MS = 10 * 60_000;

/**
 * Replays a part of the archive to a queue that only this replay reaches, and takes the events from there. No function gets
 * them. What was made for it is removed at the end, whatever happens; what cannot be removed is named.
 *
 * What was read is said, and that later events are missing.
 *
 * @returns the events in order of time; undefined if it was interrupted.
 * @throws {DeploymentMissing}
 * @throws {UsageError} the time range is empty.
 * @throws {ReplayUnfinished} EventBridge ended the replay before it was complete.
 */
export async function replayedBodies(request: HistoryReplay): Promise<string[] | undefined> {
  const { eventBridge, sqs, deployment, to, say, signal, now, sleep = sleepFor, quietMs = QUIET_MS } = request;
  const plan = await planReplay(eventBridge, {
    deployment,
    ...(request.from === undefined ? {} : { from: request.from }),
    to,
    appliances: [],
    clusters: [],
  });
  if (now() - plan.to.getTime() < ARCHIVE_LAG_MS) say('events of the last ten minutes may not be in the archive yet');
  const name = `${deployment}-history-${now()}`;
  const queue = new ReplayQueue({ eventBridge, sqs, busArn: plan.busArn, name });
  request.onQueue?.(queue);
  const events = new ReplayedEvents();
  try {
    await queue.open().catch((error: Error) => {
      if (cloudFailureKind(error) === 'denied') say(DENIED);
      throw error;
    });
    await sleep(SETTLE_MS, signal);
    if (signal.aborted) return undefined;
    const from = plan.from ?? new Date(plan.archive.since);
    const { archiveArn, busArn } = plan;
    await takeReplay({ ...request, quietMs, name, queue, events, archiveArn, busArn, from });
  } catch (error) {
    if (signal.aborted && error instanceof ReplayUnfinished && error.state === 'CANCELLED') return undefined;
    throw error;
  } finally {
    request.progress.end();
    for (const line of leftoverLines(await queue.close())) say(line);
  }
  if (signal.aborted) return undefined;
  const bodies = events.inOrder();
  for (const line of readLines({ ...events.span, count: events.count, quietMs })) say(line);
  return bodies;
}

const DENIED =
  'The role needs a statement of its own to make a queue and a rule: docs/history.md has it (Permissions).';

/** Returns lines about what is still there; none where nothing is. */
export function leftoverLines(left: readonly UnremovedResource[]): string[] {
  if (left.length === 0) return [];
  return [
    'These were made for the replay and are still there. Remove them in this order:',
    ...left.flatMap(({ what, remove, reason }) => [`  ${what} (${reason}):`, `    ${remove}`]),
  ];
}

interface RunningReplay extends HistoryReplay {
  readonly name: string;
  readonly queue: ReplayQueue;
  readonly events: ReplayedEvents;
  readonly archiveArn: string;
  readonly busArn: string;
  readonly from: Date;
  readonly quietMs: number;
}

/** Replays, and takes the events as they come. @throws the first error of both; by then, both are over. */
async function takeReplay(run: RunningReplay): Promise<void> {
  const { name, queue, events, from, to, signal, progress, now, quietMs, pollMs = 2_000, waitSeconds = 2 } = run;
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const span = Math.max(1, to.getTime() - from.getTime());
  const stall = new Still(now(), STALL_MS);
  /** Since the replay is complete. */
  let quiet: Still | undefined;
  let arrived = 0;
  const replay = replayArchive({
    client: run.eventBridge,
    name,
    archiveArn: run.archiveArn,
    busArn: run.busArn,
    ruleArns: [queue.ruleArn],
    from,
    to: endOf(to, now()),
    pollMs,
    ...(run.sleep === undefined ? {} : { sleep: run.sleep }),
    signal: ended,
    onAbort: 'cancel',
    onProgress: ({ state, lastReplayed }) => {
      const done = state === 'COMPLETED' ? span : Math.max(0, (lastReplayed?.getTime() ?? 0) - from.getTime());
      progress.show(done / span, `replay ${state.toLowerCase()}`, `${events.count} events`);
      if (stall.isStill(`${state} ${done} ${events.count}`, now()) && !stop.signal.aborted) {
        run.say('EventBridge has replayed nothing for 30 minutes: the replay is cancelled');
        stop.abort();
      }
      return undefined;
    },
  }).then(() => {
    quiet = new Still(now(), quietMs);
  });
  const taken = drain({
    client: run.sqs,
    queueUrl: queue.url,
    take: (body) => {
      arrived += 1;
      events.add(body);
    },
    isLast: () => {
      if (quiet === undefined) return false;
      progress.show(1, 'waiting for late events', `${events.count} events`);
      return quiet.isStill(String(arrived), now());
    },
    signal: ended,
    waitSeconds,
  });
  for (const work of [replay, taken]) work.catch(() => stop.abort());
  const results = await Promise.allSettled([replay, taken]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Tells when nothing has changed for a time. */
class Still {
  readonly #ms: number;
  #seen = '';
  #since: number;

  /** @param now milliseconds since the epoch. @param ms how long nothing must change. */
  constructor(now: number, ms: number) {
    this.#since = now;
    this.#ms = ms;
  }

  isStill(seen: string, now: number): boolean {
    if (seen !== this.#seen) this.#since = now;
    this.#seen = seen;
    return now - this.#since >= this.#ms;
  }
}

/** Events have times in whole seconds. The second after the last one is the end, unless it has not come yet. */
const endOf = (to: Date, now: number): Date =>
  new Date(Math.min(Math.floor(to.getTime() / 1000) + 1, Math.ceil(now / 1000)) * 1000);
