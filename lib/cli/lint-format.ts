import { CATALOGUE, FINDING_CODES, findingLink, type LintFinding } from '../ingress/index.ts';

export const FORMATS = ['table', 'json', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Errors, warnings and Ingresses in one line. */
export function summary(findings: readonly LintFinding[], ingresses: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counts = `${plural(errors, 'error')}, ${plural(findings.length - errors, 'warning')}`;
  const noun = ingresses === 1 ? 'Ingress' : 'Ingresses';
  return `${counts} in ${ingresses} ${noun} with passthrough`;
}

function table(findings: readonly LintFinding[], ingresses: number): string {
  if (findings.length === 0) return summary(findings, ingresses);
  const object = ({ namespace, name }: LintFinding): string => (name === '' ? '-' : `${namespace}/${name}`);
  const codes = Math.max('CODE'.length, ...findings.map(({ code }) => code.length));
  const objects = Math.max('INGRESS'.length, ...findings.map((found) => object(found).length));
  const row = (severity: string, code: string, ingress: string, place: string): string =>
    [severity.padEnd('SEVERITY'.length), code.padEnd(codes), ingress.padEnd(objects), place].join('  ');
  const lines = findings.flatMap((found) => [
    row(found.severity, found.code, object(found), `${found.file}:${found.line}`),
    `  ${found.message}`,
    `  → ${found.remedy} (${findingLink(found.code)})`,
  ]);
  return [row('SEVERITY', 'CODE', 'INGRESS', 'PLACE'), ...lines, '', summary(findings, ingresses)].join('\n');
}

/** SARIF 2.1.0 (OASIS), as code hosts and editors read it. */
function sarif(findings: readonly LintFinding[]): object {
  const used = FINDING_CODES.filter((code) => findings.some((found) => found.code === code));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nspass',
            rules: used.map((code) => ({
              id: code,
              shortDescription: { text: CATALOGUE[code].title },
              fullDescription: { text: CATALOGUE[code].why },
              help: { text: `${CATALOGUE[code].remedy} See ${findingLink(code)}.` },
              defaultConfiguration: { level: CATALOGUE[code].severity },
            })),
          },
        },
        results: findings.map(({ code, severity, message, remedy, file, line, namespace, name }) => ({
          ruleId: code,
          level: severity,
          message: { text: `${message}. ${remedy}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: file.split(/[\\/]/).map(encodeURIComponent).join('/') },
                region: { startLine: line },
              },
              ...(name === '' ? {} : { logicalLocations: [{ fullyQualifiedName: `${namespace}/${name}` }] }),
            },
          ],
        })),
      },
    ],
  };
}

/** Findings as text, without a line break at the end. */
export function render(format: Format, findings: readonly LintFinding[], ingresses: number): string {
  switch (format) {
    case 'table':
      return table(findings, ingresses);
    case 'json':
      return JSON.stringify(findings, null, 2);
    case 'sarif':
      return JSON.stringify(sarif(findings), null, 2);
  }
}
