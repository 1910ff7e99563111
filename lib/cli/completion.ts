import { Argument, Command } from 'commander';
import { type CompletedCommand, completionScript, SHELLS, type Shell } from './completion-script.ts';

/** The part of a listed command that completion needs. */
export interface Completable {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<Command>;
}

/** Loads every command, and returns what a shell can complete of each. */
export async function completedCommands(listed: readonly Completable[]): Promise<CompletedCommand[]> {
  return Promise.all(listed.map(completedCommand));
}

/** Loads one command, and returns what a shell can complete of it. */
export async function completedCommand({ name, description, load }: Completable): Promise<CompletedCommand> {
  const options = (await load()).options
    .filter(({ long, hidden }) => long !== undefined && long !== null && !hidden)
    .map((option) => ({
      long: option.long as string,
      short: option.short ?? undefined,
      description: option.description,
      values: option.argChoices ?? [],
    }));
  return { name, description, options };
}

/**
 * `nspass completion SHELL`: prints the script that completes commands and options.
 *
 * @param listed every command of the program.
 */
export function completionCommand(listed: readonly Completable[]): Command {
  return new Command('completion')
    .addArgument(new Argument('<shell>', 'shell of the script').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  source <(nspass completion bash)
  nspass completion zsh > "\${fpath[1]}/_nspass"
  nspass completion fish > ~/.config/fish/completions/nspass.fish

Exit status: 0, or 2 for a shell that is not known.`,
    )
    .action(async (shell: Shell) => {
      process.stdout.write(completionScript(shell, await completedCommands(listed)));
    });
}
