import { CATALOGUE, FINDING_CODES, type FindingCode } from './catalogue/index.ts';

type Row = readonly [code: string, severity: string, title: string];

/** Renders a Markdown table, padded as the formatter pads it. */
function table(head: Row, body: readonly Row[]): string {
  const width = (column: 0 | 1 | 2): number => Math.max(...[head, ...body].map((row) => row[column].length));
  const [code, severity, title] = [width(0), width(1), width(2)];
  const line = (row: Row): string =>
    `| ${row[0].padEnd(code)} | ${row[1].padEnd(severity)} | ${row[2].padEnd(title)} |`;
  const rule: Row = ['-'.repeat(code), '-'.repeat(severity), '-'.repeat(title)];
  return [head, rule, ...body].map(line).join('\n');
}

function section(code: FindingCode): string {
  const { severity, title, rules, why, remedy } = CATALOGUE[code];
  return `## ${code}\n\n**${title}** (${severity}; ${rules.join(', ')})\n\n${why}\n\n_What to do:_ ${remedy}\n`;
}

/** Renders `docs/findings.md`: one section for each code. */
export function renderFindings(): string {
  const rows = FINDING_CODES.map(
    (code): Row => [`[${code}](#${code.toLowerCase()})`, CATALOGUE[code].severity, CATALOGUE[code].title],
  );
  return [
    '# Findings\n',
    'A finding names one problem of an Ingress, or of an object of the [Gateway API](gateway-api.md). An `error` means that the route carries no traffic; a `warning` means that it does, but something is ignored. Each finding of an Ingress appears as a Kubernetes Event on it, in the outcome on the bus and in `nspass lint`; those of the Gateway API appear in `nspass lint` only.\n',
    'This page is generated from `lib/ingress/catalogue`.\n',
    `${table(['code', 'severity', 'title'], rows)}\n`,
    ...FINDING_CODES.map(section),
  ].join('\n');
}
