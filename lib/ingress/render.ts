import { CATALOGUE, FINDING_CODES, type FindingCode } from './catalogue.ts';

/** Where a code is explained. */
export function findingLink(code: string): string {
  return `docs/findings.md#${code.toLowerCase()}`;
}

/** `docs/findings.md`: one section for each code. */
export function renderFindings(): string {
  const row = (code: FindingCode): string =>
    `| [${code}](#${code.toLowerCase()}) | ${CATALOGUE[code].severity} | ${CATALOGUE[code].title} |`;
  const section = (code: FindingCode): string => {
    const { severity, title, rules, why, remedy } = CATALOGUE[code];
    return `## ${code}\n\n**${title}** (${severity}; ${rules.join(', ')})\n\n${why}\n\n*What to do:* ${remedy}\n`;
  };
  return [
    '# Findings\n',
    'A finding is a named remark about an Ingress. An `error` means that this route carries no traffic, a `warning` that it does, with something ignored. Each appears as a Kubernetes Event on the Ingress, in the outcome on the bus and in `nspass lint`.\n',
    'This page is generated from `lib/ingress/catalogue.ts`.\n',
    `| code | severity | |\n|---|---|---|\n${FINDING_CODES.map(row).join('\n')}\n`,
    ...FINDING_CODES.map(section),
  ].join('\n');
}
