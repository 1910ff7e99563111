import { Command } from 'commander';
import { CATALOGUE, FINDING_CODES } from '../ingress/index.ts';
import { unknownFinding } from '../library/finding-code.ts';
import { fold, widthOf } from './help-text.ts';
import { UsageError } from './usage.ts';

/**
 * Returns the meaning and remedy of a finding, as in `docs/findings.md`: a reader may not have the repository.
 *
 * @throws {UsageError} for an unknown code.
 */
export function explanation(text: string): string {
  const code = FINDING_CODES.find((each) => each.toLowerCase() === text.toLowerCase());
  if (code === undefined) throw new UsageError(unknownFinding(text));
  const { severity, title, why, remedy } = CATALOGUE[code];
  return `${code} (${severity}): ${title}\n\nWhy:\n${why}\n\nWhat to do:\n${remedy}`;
}

/** Returns every code with its severity and title. */
export function listing(): string {
  const width = Math.max(...FINDING_CODES.map((code) => code.length));
  return FINDING_CODES.map((code) => {
    const { severity, title } = CATALOGUE[code];
    return ` ${code.padEnd(width)}  ${severity.padEnd('warning'.length)}  ${title}`;
  }).join('\n');
}

export function explainCommand(): Command {
  return new Command('explain')
    .argument('[code]', 'code of a finding, such as HostConflict (default: list all)')
    .addHelpText(
      'after',
      `
Examples:
  nspass explain
  nspass explain HostConflict

Exit status: 0, or 2 for an unknown code.`,
    )
    .action((code: string | undefined) => {
      const text = code === undefined ? listing() : explanation(code);
      process.stdout.write(`${fold(text, widthOf(process.stdout))}\n`);
    });
}
