import { CommanderError } from 'commander';
import { calledAs } from './called-as.ts';
import { COMMANDS } from './commands.ts';
import { BROKEN_PIPE, stopOnBrokenPipe } from './epipe.ts';
import { failureText } from './failure.ts';
import { normalizeArguments, programFor } from './program.ts';
import { UsageError } from './usage.ts';
import { VERSION } from './version.ts';

/** Exit status of wrong usage. */
const USAGE = 2;

const args = normalizeArguments(process.argv.slice(2));
const debug = args.includes('--debug') || process.env.NSPASS_DEBUG === '1';

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    return;
  }
  process.stderr.write(`nspass: ${failureText(error, debug)}\n`);
  process.exitCode = error instanceof UsageError ? USAGE : 1;
}

stopOnBrokenPipe(process.stdout, () => {
  process.on('exit', () => {
    process.exitCode = BROKEN_PIPE;
  });
  // A command that runs until Ctrl-C stops what it started first.
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
  else process.exit();
});
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

const name = calledAs(process.argv[1]);

try {
  if (name === 'completion for kubectl') {
    const { kubectlCompletion } = await import('./kubectl-completion.ts');
    process.stdout.write(await kubectlCompletion(process.argv.slice(2), COMMANDS));
  } else {
    const program = await programFor(args, VERSION, name);
    await program.parseAsync(args, { from: 'user' });
  }
} catch (error) {
  fail(error);
}
