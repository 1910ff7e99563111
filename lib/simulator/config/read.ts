import type { Command } from '../command/command.ts';
import type { Context } from '../command/context.ts';
import { run } from '../command/run.ts';
import { ApplianceError, type Warning } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { commandOf } from './command-line.ts';
import { type Configuration, DEFAULT_PARTITION } from './configuration.ts';
import { splitLine } from './tokens.ts';

/** A configuration to load lines into, with the context of their commands. */
interface LoadTarget {
  readonly configuration: Configuration;
  /** @param loading whether files that lines name may be missing */
  context(partition: string, warnings: Warning[], loading: boolean): Context;
}

/** A line that was not loaded. */
export interface LineProblem {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

interface Pending {
  readonly line: number;
  readonly text: string;
  readonly partition: string;
  reason: string;
}

/** Loads a user whose password was saved as a digest, which must not be digested again. */
function loadUser(command: Command, root: Store): boolean {
  const body = command.body as Record<string, string>;
  if (command.kind !== 'systemuser' || command.operation !== 'add') return false;
  root.put('systemuser', String(body.username), { ...body });
  return true;
}

function attempt(pending: Pending, target: LoadTarget): boolean {
  const context = target.context(pending.partition, [], true);
  const command = commandOf(pending.text, context.store);
  if (command === undefined) {
    pending.reason = 'not supported';
    return false;
  }
  try {
    if (pending.text.endsWith(' -encrypted') && loadUser(command, context.root)) return true;
    run(command, context);
    return true;
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    pending.reason = error.message;
    return false;
  }
}

/**
 * Loads a configuration from commands; skips `#` lines. Lines may have any order: a line that names something later is
 * tried again.
 *
 * @returns the lines that could not be loaded, with the appliance's reason
 */
export function loadConfig(text: string, target: LoadTarget): LineProblem[] {
  let partition = DEFAULT_PARTITION;
  let waiting: Pending[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const change = /^switch ns partition (\S+)$/i.exec(line);
    if (change !== null) {
      partition = splitLine(change[1]!)[0]!.text;
      continue;
    }
    // A saved configuration lists all that are on.
    if (/^enable ns feature /i.test(line)) target.configuration.root.put('nsfeature', '', { feature: [] });
    if (/^enable ns mode /i.test(line)) target.configuration.root.put('nsmode', '', { mode: [] });
    waiting.push({ line: index + 1, text: line, partition, reason: '' });
  }
  for (;;) {
    const left = waiting.filter((pending) => !attempt(pending, target));
    if (left.length === 0 || left.length === waiting.length) {
      return left.map(({ line, text: command, reason }) => ({ line, text: command, reason }));
    }
    waiting = left;
  }
}
