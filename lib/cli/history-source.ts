import type { Command } from 'commander';
import { Fold, type FoldStep } from '../history/index.ts';
import { readArchive } from '../local-aws/index.ts';
import { type HistoryApplianceOptions, historyAppliances, withHistoryAppliances } from './history-appliances.ts';
import { archiveFile } from './history-archive.ts';
import { UsageError } from './usage.ts';

/** Options of the commands that read an archive. */
export interface HistoryOptions extends HistoryApplianceOptions {
  readonly archive?: string;
}

/** Adds the options of {@link HistoryOptions}. */
export function withHistorySource(command: Command): Command {
  return withHistoryAppliances(
    command.option('--archive <path>', 'the folder of nspass local --state, or a file of events'),
  );
}

/** What is read of an archive. */
export interface HistoryRequest {
  /** Time of the last event that counts. */
  readonly until: Date;
  /** Receives what each event did, in order. */
  readonly onStep?: (step: FoldStep) => void;
}

/**
 * Folds the archive that the options name.
 *
 * @throws {UsageError} the options, or a file; nothing is archived up to the time.
 */
export async function foldHistory(options: HistoryOptions, request: HistoryRequest): Promise<Fold> {
  const { until, onStep } = request;
  const { archive } = options;
  if (archive === undefined) {
    throw new UsageError(
      'No archive is named: add --archive with the folder of nspass local --state, or a file of events.',
    );
  }
  const fold = new Fold(historyAppliances(options), until.getTime());
  const take = (body: string): void => {
    for (const step of fold.add(body)) onStep?.(step);
  };
  await takeAll(readArchive(archiveFile(archive)), take);
  return withEvents(fold, archive, until);
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
