import { foldLine, type Screen } from '../terminal.ts';
import type { DoctorGroup } from './check.ts';

const MARKS = { ok: '✓', failed: '✗', unseen: '?' } as const;
const STYLES = { ok: 'green', failed: 'red', unseen: 'dim' } as const;

/** Removes what would move the cursor or colour the terminal: texts quote what servers answered. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

/** Returns a heading for each group, a line for each check, and a remedy below what is wrong. */
export function renderChecks(groups: readonly DoctorGroup[], screen: Screen): string {
  const names = groups.flatMap(({ checks }) => checks.map(({ check }) => check.length));
  const width = Math.max(0, ...names);
  return groups
    .map(({ group, subject, checks }) =>
      [
        printable(`${group} ${subject}`),
        ...checks.flatMap(({ check, result, text, remedy }) => [
          screen.paint(
            STYLES[result],
            foldLine(
              printable(`${MARKS[result]} ${check.padEnd(width)}  ${text}`),
              screen,
              ' '.repeat(Math.min(width, 24) + 4),
            ),
          ),
          ...(remedy === undefined ? [] : [foldLine(`  → ${printable(remedy)}`, screen, '    ')]),
        ]),
      ].join('\n'),
    )
    .join('\n\n');
}

/** Returns the checks as an array of objects, each with its group. */
export function checksJson(groups: readonly DoctorGroup[]): string {
  return JSON.stringify(
    groups.flatMap(({ group, subject, checks }) => checks.map((check) => ({ group, subject, ...check }))),
    null,
    2,
  );
}
