import type { Command } from 'commander';
import { eventBridgeClient } from '../aws/event-bridge.ts';
import { sqsClient } from '../aws/queue.ts';
import type { ReplayQueue } from '../aws/replay-queue.ts';
import { Fold, type FoldStep } from '../history/index.ts';
import { readArchive } from '../local-aws/index.ts';
import { type CloudOptions, clientOf, withCloud } from './cloud.ts';
import { inCloud } from './cloud-target.ts';
import { type HistoryApplianceOptions, historyAppliances, withHistoryAppliances } from './history-appliances.ts';
import { archiveFile } from './history-archive.ts';
import { leftoverLines, QUIET_MS, replayedBodies } from './history-cloud.ts';
import { interruptibly } from './interrupts.ts';
import { createReplayProgress } from './replay-progress.ts';
import { FLAGGED_MS } from './replay-windows.ts';
import { secondsOption } from './seconds-option.ts';
import { timeOption } from './time-option.ts';
import { UsageError } from './usage.ts';

/** Options of the commands that read an archive. */
export interface HistoryOptions extends HistoryApplianceOptions, CloudOptions {
  readonly archive?: string;
  readonly deployment?: string;
  readonly from?: Date;
  /** Seconds without an event, after which a replay counts as read. */
  readonly quietTime?: number;
}

/** Adds the options of {@link HistoryOptions}. */
export function withHistorySource(command: Command): Command {
  const named = command
    .option('--archive <path>', 'the folder of nspass local --state, or a file of events')
    .option(
      '--deployment <name>',
      'instead of a file: the archive of this deployment, by a replay to a queue of its own',
    )
    .option('--from <time>', 'with --deployment: replay from this time on (default: 26 hours before)', timeOption)
    .option(
      '--quiet-time <seconds>',
      `with --deployment: how long no event may come until the replay counts as read (default: ${QUIET_MS / 1000})`,
      secondsOption,
    );
  return withHistoryAppliances(withCloud(named));
}

/** What is read of an archive. */
export interface HistoryRequest {
  readonly command: Command;
  /** Time from which what happened is of interest; absent: the time of {@link until}. */
  readonly since?: Date;
  /** Time of the last event that counts. */
  readonly until: Date;
  /** Receives what each event did, in order. */
  readonly onStep?: (step: FoldStep) => void;
}

/**
 * Folds the archive that the options name.
 *
 * @returns undefined if the user interrupted a replay.
 * @throws {UsageError} the options, or a file; nothing is archived up to the time.
 */
export async function foldHistory(options: HistoryOptions, request: HistoryRequest): Promise<Fold | undefined> {
  const { until, onStep } = request;
  checkSource(options);
  const fold = new Fold(historyAppliances(options), until.getTime());
  const take = (body: string): void => {
    for (const step of fold.add(body)) onStep?.(step);
  };
  if (options.archive !== undefined) {
    await takeAll(readArchive(archiveFile(options.archive)), take);
    return withEvents(fold, options.archive, until);
  }
  const bodies = await replayed(options, request);
  if (bodies === undefined) return undefined;
  for (const body of bodies) take(body);
  return withEvents(fold, `the replayed part of the archive of ${options.deployment}`, until);
}

/** @throws {UsageError} not exactly one archive is named, or an option is of no use for it. */
function checkSource({ archive, deployment, from, quietTime }: HistoryOptions): void {
  if (archive === undefined && deployment === undefined) {
    throw new UsageError(
      'No archive is named: add --archive with the folder of nspass local --state or a file of events, or --deployment.',
    );
  }
  if (archive !== undefined && deployment !== undefined) {
    throw new UsageError('Name either --archive or --deployment, not both.');
  }
  if (archive !== undefined && quietTime !== undefined) {
    throw new UsageError('--quiet-time is about a replay: a file is read at once. Leave it out, or use --deployment.');
  }
  if (archive !== undefined && from !== undefined) {
    throw new UsageError(
      '--from limits a replay: a file is read from its beginning. Leave it out, or use --deployment.',
    );
  }
}

/** Returns the events of a deployment's archive. @returns undefined if the user interrupted the replay. */
async function replayed(
  options: HistoryOptions,
  { command, since, until }: HistoryRequest,
): Promise<readonly string[] | undefined> {
  const { deployment = '' } = options;
  const client = clientOf(options);
  const [eventBridge, sqs] = [eventBridgeClient(client), sqsClient(client)];
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const to = new Date(Math.min(until.getTime(), Date.now()));
  let queue: ReplayQueue | undefined;
  let bodies: readonly string[] | undefined;
  const replay = async (signal: AbortSignal): Promise<void> => {
    bodies = await replayedBodies({
      eventBridge,
      sqs,
      deployment,
      from: options.from ?? new Date((since ?? to).getTime() - FLAGGED_MS),
      to,
      progress: createReplayProgress(process.stderr),
      say,
      signal,
      onQueue: (made) => {
        queue = made;
      },
      now: Date.now,
      ...(options.quietTime === undefined ? {} : { quietMs: options.quietTime * 1000 }),
    });
  };
  try {
    await inCloud(eventBridge, command, () =>
      interruptibly(replay, () => leftoverLines(queue?.leftovers() ?? []).join('\n')),
    );
  } finally {
    eventBridge.destroy();
    sqs.destroy();
  }
  return bodies;
}

async function takeAll(bodies: AsyncIterable<string>, take: (body: string) => void): Promise<void> {
  try {
    for await (const body of bodies) take(body);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined || !/^E[A-Z]+$/.test(code) ? error : UsageError.of(error);
  }
}

/** @throws {UsageError} if nothing is archived up to the time. */
function withEvents(fold: Fold, what: string, until: Date): Fold {
  const { events, first, unreadable, firstProblem } = fold.counts;
  if (events > 0) return fold;
  if (first !== undefined) {
    throw new UsageError(
      `${what} has no event up to ${timeText(until.getTime())}: its first is of ${timeText(first)}. Choose a later time.`,
    );
  }
  const why = unreadable === 0 ? '' : ` ${unreadable} lines are not events, the first because: ${firstProblem}.`;
  throw new UsageError(`${what} has no event of desired state.${why}`);
}

/** Returns a time without fractions of a second: the bus has none. @param ms since the epoch. */
export const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
