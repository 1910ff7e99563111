import type { CaseResult, ReportHead, summary } from '../../conformance/index.ts';
import { foldLine, type Screen } from '../terminal.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '-', 'not applicable': '-' } as const;
const STYLES = { passed: 'green', failed: 'red', skipped: 'dim', 'not applicable': 'dim' } as const;

/** Returns the lines of one case: what it shows, and why it failed or was skipped. */
export function renderResult(result: CaseResult, screen: Screen): string {
  const { verdict, id, rules, title } = result;
  const line = foldLine(`${MARKS[verdict]} ${id}  [${rules.join(', ')}]  ${title}`, screen, '    ');
  const more =
    result.verdict === 'failed'
      ? [`    at ${result.step}`, `    ${result.reason}`]
      : result.verdict === 'passed'
        ? []
        : [`    ${result.verdict}: ${result.reason}`];
  return [screen.paint(STYLES[verdict], line), ...more.map((text) => foldLine(text, screen, '      '))].join('\n');
}

export function renderSummary(
  { target }: ReportHead,
  { passed, failed, skipped, notApplicable }: ReturnType<typeof summary>,
  screen: Screen,
): string {
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped${notApplicable === 0 ? '' : `, ${notApplicable} not applicable`}`;
  return `\n${screen.paint(failed > 0 ? 'red' : 'green', counts)} on ${target}`;
}
