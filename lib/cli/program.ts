import { Command } from 'commander';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { fold, optionDescription, widthOf } from './help-text.ts';

const EXAMPLES = `
Examples:
  nspass demo
  nspass lint manifests
  nspass local manifests

Run a command with --help for its options.`;

const DEBUG = ['--debug', 'add the stack trace to errors (or set NSPASS_DEBUG=1)'] as const;

/**
 * Rewrites `help NAME` and `version` to the options that the program knows. Of a line with an unknown command only its
 * name is left, so that the error is about the name, whatever follows it.
 */
export function normalizeArguments(args: readonly string[]): string[] {
  const at = args.findIndex((argument) => !argument.startsWith('-'));
  const name = args[at];
  if (name === undefined) return [...args];
  const before = args.slice(0, at);
  const after = args.slice(at + 1);
  if (name === 'version') return [...before, '--version'];
  if (name !== 'help') return isCommand(name) ? [...args] : [name];
  const [topic] = after;
  if (topic === undefined || topic.startsWith('-')) return [...before, '--help'];
  return isCommand(topic) ? [...before, topic, '--help'] : [topic];
}

const isCommand = (name: string): boolean => COMMANDS.some((entry) => entry.name === name);

/** Finds the command of a line: its first word that is not an option of the program. */
function commandOf(args: readonly string[]): CommandEntry | undefined {
  const name = args.find((argument) => !argument.startsWith('-'));
  return COMMANDS.find((entry) => entry.name === name);
}

/** Matches the command in examples and sentences, where `kubectl` does not stand before it already. */
const ALONE = new RegExp(`(?<![\\w-]|kubectl )nspass (?=(?:${COMMANDS.map(({ name }) => name).join('|')})\\b)`, 'g');

/** Returns a help text with the name under which the program was started. */
const named = (text: string, name: string): string => text.replaceAll(ALONE, `${name} `);

/**
 * Builds the program for one command line: the named command with all its options, the others as a line of help.
 *
 * @param args after the program's name, as {@link normalizeArguments} returns them.
 * @param name under which the program was started: `nspass`, or `kubectl nspass`.
 */
export async function programFor(args: readonly string[], version: string, name = 'nspass'): Promise<Command> {
  const program = new Command(name)
    .description('SSL passthrough on NetScaler from Kubernetes Ingresses, driven by events')
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .option(...DEBUG)
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(run with --help for all options)')
    .configureHelp({ optionDescription, subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({
      writeOut: (text) => void process.stdout.write(fold(named(text, name), widthOf(process.stdout))),
      outputError: (text, write) => write(text.replace(/^error: /, 'nspass: ')),
    })
    // After a command, an option belongs to the command: `appliance --version` and `local -v` do not show the program's version.
    .enablePositionalOptions()
    .exitOverride();
  const wanted = commandOf(args);
  for (const entry of COMMANDS) {
    if (entry !== wanted) {
      program.addCommand(new Command(entry.name).usage(entry.usage).description(entry.description));
      continue;
    }
    const command = (await entry.load()).copyInheritedSettings(program).helpOption('-h, --help', 'show help');
    program.addCommand(command.description(entry.description).option(...DEBUG));
  }
  return program;
}
