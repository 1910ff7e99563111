// Starts the simulator without the other commands: the program of its image.
import { CommanderError } from 'commander';
import { applianceCommand } from './appliance.ts';
import { failureText } from './failure.ts';
import { UsageError } from './usage.ts';

/** Exit status of wrong usage. */
const USAGE = 2;

async function main(): Promise<void> {
  try {
    await applianceCommand().exitOverride().parseAsync(process.argv.slice(2), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE;
      return;
    }
    process.stderr.write(`${failureText(error, false)}\n`);
    process.exitCode = error instanceof UsageError ? USAGE : 1;
  }
}

void main();
