import { Command } from 'commander';
import { COMMANDS, type Listed } from './commands.ts';
import { fold, optionDescription, widthOf } from './help-text.ts';

const EXAMPLES = `
Examples:
  nspass demo
  nspass lint manifests
  nspass local manifests

Run a command with --help for its options.`;

const DEBUG = ['--debug', 'show the stack of an unexpected error (or set NSPASS_DEBUG=1)'] as const;

/**
 * Puts `help NAME` and `version`, as people type them, in words that the program knows. A name that is no command is left
 * alone, so that it is refused for itself, whatever stands behind it.
 */
export function inOtherWords(args: readonly string[]): string[] {
  const at = args.findIndex((argument) => !argument.startsWith('-'));
  const name = args[at];
  if (name === undefined) return [...args];
  const before = args.slice(0, at);
  const behind = args.slice(at + 1);
  if (name === 'version') return [...before, '--version'];
  if (name !== 'help') return isCommand(name) ? [...args] : [name];
  const [asked] = behind;
  if (asked === undefined || asked.startsWith('-')) return [...before, '--help'];
  return isCommand(asked) ? [...before, asked, '--help'] : [asked];
}

const isCommand = (name: string): boolean => COMMANDS.some((listed) => listed.name === name);

/** The command that is named, behind options of the program. */
function named(args: readonly string[]): Listed | undefined {
  const name = args.find((argument) => !argument.startsWith('-'));
  return COMMANDS.find((listed) => listed.name === name);
}

/**
 * Makes the program for one command line: the command that it names with all its options, the others as a line of help.
 *
 * @param args behind the program's name, as {@link inOtherWords} leaves them.
 */
export async function programFor(args: readonly string[], version: string): Promise<Command> {
  const program = new Command('nspass')
    .description('SSL passthrough on NetScaler from Kubernetes Ingresses, driven by events')
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .option(...DEBUG)
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(run with --help for all options)')
    .configureHelp({ optionDescription, subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({
      writeOut: (text) => void process.stdout.write(fold(text, widthOf(process.stdout))),
    })
    // Behind a command, an option is the command's: `appliance --version` and `local -v` are no version of the program.
    .enablePositionalOptions()
    .exitOverride();
  const wanted = named(args);
  for (const listed of COMMANDS) {
    if (listed !== wanted) {
      program.addCommand(new Command(listed.name).usage(listed.usage).description(listed.description));
      continue;
    }
    const command = (await listed.load()).copyInheritedSettings(program).helpOption('-h, --help', 'show help');
    program.addCommand(command.description(listed.description).option(...DEBUG));
  }
  return program;
}
