/** A command with everything that a shell can complete. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  /** `--output`. */
  readonly long: string;
  /** `-o`; undefined if there is none. */
  readonly short: string | undefined;
  readonly description: string;
  /** Values that the option accepts; empty if they are not listed. */
  readonly values: readonly string[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Returns the script that completes `nspass` in a shell. Arguments that are not options complete to files. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
}

/** Quotes a text for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const flags = ({ long, short }: CompletedOption): string[] => (short === undefined ? [long] : [short, long]);

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.flatMap(({ name, options }) => {
    const words = options.flatMap(flags).join(' ');
    const values = options
      .filter((option) => option.values.length > 0)
      .map((option) => `        ${flags(option).join('|')}) words=${quoted(option.values.join(' '))} ;;`);
    return [
      `    ${name})`,
      `      case $previous in`,
      ...values,
      `        *) [[ $current == -* ]] && words=${quoted(words)} ;;`,
      `      esac`,
      `      ;;`,
    ];
  });
  return [
    '# Completion of nspass for bash: source <(nspass completion bash)',
    '_nspass() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a shell's.
    '  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= words= word',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a shell's.
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    if [[ $word != -* ]]; then command=$word; break; fi',
    '  done',
    '  case $command in',
    `    '') words=${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} ;;`,
    ...cases,
    '  esac',
    '  if [[ -n $words ]]; then mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '  else mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi',
    '}',
    'complete -o filenames -F _nspass nspass',
    '',
  ].join('\n');
}

/** Escapes a description for `_arguments`, where brackets and colons have a meaning. */
const described = (text: string): string => text.replaceAll(/[[\]:\\]/g, '\\$&');

function zsh(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, description }) => `    ${quoted(`${name}:${described(description)}`)}`);
  const cases = commands.flatMap(({ name, options }) => [
    `    ${name})`,
    `      _arguments \\`,
    ...options.flatMap((option) =>
      flags(option).map((flag) => {
        const values = option.values.length === 0 ? '' : `:value:(${option.values.join(' ')})`;
        return `        ${quoted(`*${flag}[${described(option.description)}]${values}`)} \\`;
      }),
    ),
    `        '*:file:_files' ;;`,
  ]);
  return [
    '#compdef nspass',
    '# Completion of nspass for zsh: nspass completion zsh > "$' + '{fpath[1]}/_nspass"',
    '_nspass() {',
    '  local -a commands=(',
    ...names,
    '  )',
    "  if (( CURRENT == 2 )); then _describe 'command' commands; return; fi",
    '  local command=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $command in',
    ...cases,
    '  esac',
    '}',
    'compdef _nspass nspass',
    '',
  ].join('\n');
}

function fish(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# Completion of nspass for fish: nspass completion fish > ~/.config/fish/completions/nspass.fish',
    ...commands.map(
      ({ name, description }) =>
        `complete -c nspass -n 'not __fish_seen_subcommand_from ${names}' -f -a ${name} -d ${quoted(description)}`,
    ),
    ...commands.flatMap(({ name, options }) =>
      options.map(({ long, short, description, values }) => {
        const flag = `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
        const list = values.length === 0 ? '' : ` -x -a ${quoted(values.join(' '))}`;
        return `complete -c nspass -n '__fish_seen_subcommand_from ${name}'${flag}${list} -d ${quoted(description)}`;
      }),
    ),
    '',
  ].join('\n');
}
