import { type Command, CommanderError } from 'commander';
import { failureText } from './failure.ts';
import { UsageError } from './usage.ts';

/** Exit status of wrong usage. */
const USAGE = 2;

/** Runs one command without the others: the program of an image. Sets the exit status, and says on standard error why. */
export async function runOneCommand(command: Command): Promise<void> {
  try {
    await command.exitOverride().parseAsync(process.argv.slice(2), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE;
      return;
    }
    process.stderr.write(`${failureText(error, false)}\n`);
    process.exitCode = error instanceof UsageError ? USAGE : 1;
  }
}
