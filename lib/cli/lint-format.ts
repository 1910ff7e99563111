import { visible } from '../contract/index.ts';
import type { LintFinding } from '../ingress/index.ts';
import { sarif } from './lint-sarif.ts';
import { foldLine, PLAIN, type Screen, severityStyle } from './terminal.ts';

export const FORMATS = ['table', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Numbers of the objects that were judged. */
export interface JudgedCounts {
  readonly ingresses: number;
  readonly tlsRoutes: number;
  readonly gateways: number;
}

/** Counts errors, warnings and judged objects in one line. */
function countsText(findings: readonly LintFinding[], { ingresses, tlsRoutes, gateways }: JudgedCounts): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counts = `${plural(errors, 'error')}, ${plural(findings.length - errors, 'warning')}`;
  const noun = ingresses === 1 ? 'Ingress' : 'Ingresses';
  const others =
    tlsRoutes + gateways === 0 ? '' : `, ${plural(gateways, 'Gateway')} and ${plural(tlsRoutes, 'TLSRoute')}`;
  return `${counts} in ${ingresses} ${noun} with passthrough${others}`;
}

function table(findings: readonly LintFinding[], judged: JudgedCounts, screen: Screen): string {
  if (findings.length === 0) return countsText(findings, judged);
  const object = ({ namespace, name }: LintFinding): string => {
    if (name === '') return '-';
    return namespace === '' ? name : `${namespace}/${name}`;
  };
  const head = judged.tlsRoutes + judged.gateways === 0 ? 'INGRESS' : 'OBJECT';
  const codes = Math.max('CODE'.length, ...findings.map(({ code }) => code.length));
  const objects = Math.max(head.length, ...findings.map((found) => object(found).length));
  const row = (
    severity: string,
    code: string,
    ingress: string,
    location: string,
    paint = (text: string) => text,
  ): string =>
    [paint(severity.padEnd('SEVERITY'.length)), code.padEnd(codes), ingress.padEnd(objects), location].join('  ');
  const explained = new Set<string>();
  // Each code is referred to once; more would only repeat it.
  const why = (code: string): string => (explained.has(code) ? '' : ` (nspass explain ${code})`);
  const lines = findings.flatMap((found) => {
    const remedy = foldLine(`  → ${found.remedy}${why(found.code)}`, screen, '    ');
    explained.add(found.code);
    return [
      row(found.severity, found.code, object(found), `${visible(found.file)}:${found.line}`, (text) =>
        screen.paint(severityStyle(found.severity), text),
      ),
      foldLine(`  ${found.message}`, screen, '  '),
      remedy,
    ];
  });
  return [row('SEVERITY', 'CODE', head, 'LOCATION'), ...lines, '', countsText(findings, judged)].join('\n');
}

/** Returns findings as text, without a final line break. */
export function findingsText(
  format: Format,
  findings: readonly LintFinding[],
  judged: JudgedCounts,
  screen: Screen = PLAIN,
): string {
  switch (format) {
    case 'table':
      return table(findings, judged, screen);
    case 'json':
      return JSON.stringify(findings, null, 2);
    case 'sarif':
      return JSON.stringify(sarif(findings), null, 2);
  }
}
