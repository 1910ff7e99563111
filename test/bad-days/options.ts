import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly seeds: readonly number[];
  readonly days: number;
  readonly shrink: boolean;
  readonly journal: boolean;
  readonly output: 'table' | 'json';
}

export const HELP = `Runs simulated months of bad days: random faults and changes by tenants, from a seed.

Usage: npm run bad-days -- [options]

  --seeds N     number of seeds (default: 10)
  --from K      first seed (default: 1)
  --seed S      one seed alone; the run is the same every time
  --days D      simulated days of each seed (default: 30, at least 2)
  --shrink      reduce each failing schedule to the steps that still break the same invariant, and print them
  --replay F    run a schedule from a JSON file, as --shrink writes it
  --journal     print what happened, line by line (with --seed or --replay)
  -o table|json form of the summary (default: table)
  -h, --help    show this text

Ctrl-C ends it after the current seed, with the summary of those before.

Exit status: 0 all invariants held, 1 an invariant was broken, 2 the command line is wrong.
The invariants I1 to I6 are described in docs/quality.md.
`;

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const SPEC = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  days: { type: 'string' },
  replay: { type: 'string' },
  shrink: { type: 'boolean', default: false },
  journal: { type: 'boolean', default: false },
  output: { type: 'string', short: 'o', default: 'table' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the command line.
 *
 * @returns `help` where only the text is wanted, or the options with the file of a schedule to replay.
 * @throws {UsageError} with what is wrong and what is expected.
 */
export function readOptions(args: readonly string[]): 'help' | (Options & { readonly replay?: string }) {
  const values = parse(args);
  if (values.help) return 'help';
  const { seed, output, shrink, journal, replay } = values;
  if (output !== 'table' && output !== 'json') throw new UsageError(`-o is "${output}": expected table or json`);
  if (seed !== undefined && (values.seeds !== undefined || values.from !== undefined)) {
    throw new UsageError('--seed names one seed: leave --seeds and --from out');
  }
  const from = numberOf('--seed or --from', seed ?? values.from ?? '1', 0);
  const count = seed === undefined ? numberOf('--seeds', values.seeds ?? '10', 1) : 1;
  if (journal && count > 1 && replay === undefined)
    throw new UsageError('--journal prints one run: name it with --seed or --replay');
  return {
    seeds: Array.from({ length: count }, (_, index) => from + index),
    days: numberOf('--days', values.days ?? '30', 2),
    shrink,
    journal,
    output,
    ...(replay === undefined ? {} : { replay }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: SPEC, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`${name} is "${text}": expected a whole number from ${least}`);
}
