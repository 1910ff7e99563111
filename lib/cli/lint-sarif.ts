import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CATALOGUE, FINDING_CODES, type FindingCode, type LintFinding } from '../ingress/index.ts';
import { VERSION } from './version.ts';

/** Returns SARIF 2.1.0 (OASIS), which code hosts and editors read. */
export function sarif(findings: readonly LintFinding[]): object {
  const used = FINDING_CODES.filter((code) => findings.some((found) => found.code === code));
  const seen = new Map<string, number>();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'nspass',
            version: VERSION,
            semanticVersion: VERSION,
            rules: used.map((code) => ({
              id: code,
              shortDescription: { text: CATALOGUE[code].title },
              fullDescription: { text: CATALOGUE[code].why },
              help: help(code),
              defaultConfiguration: { level: CATALOGUE[code].severity },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((found) => result(found, seen)),
      },
    ],
  };
}

/**
 * Explains a rule. `helpUri` must be an absolute URI (SARIF 2.1.0, 3.49.12), and this project has no public address: a
 * relative one would be refused by validators, and lead nowhere in the repository that is linted.
 */
function help(code: FindingCode): object {
  const { title, why, remedy } = CATALOGUE[code];
  return {
    text: `${remedy} (nspass explain ${code})`,
    markdown: `**${escaped(title)}**\n\n${escaped(why)}\n\n**What to do:** ${escaped(remedy)}\n\n\`nspass explain ${code}\``,
  };
}

/** Markdown that shows a text as it is: `*.example.com` is no emphasis. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

/** Escapes what would be an embedded link, `[text](target)`, also in plain text (SARIF 2.1.0, 3.11.6). */
function withoutLinks(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&');
}

function region({ line, column, endLine, endColumn }: LintFinding): object {
  return {
    startLine: line,
    ...(column === undefined ? {} : { startColumn: column }),
    ...(endLine === undefined ? {} : { endLine }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}

function result(found: LintFinding, seen: Map<string, number>): object {
  const { code, severity, message, remedy, file, namespace, name } = found;
  return {
    ruleId: code,
    level: severity,
    message: { text: withoutLinks(`${message}. ${remedy}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: region(found),
        },
        ...(name === '' ? {} : { logicalLocations: [{ fullyQualifiedName: `${namespace}/${name}` }] }),
      },
    ],
    partialFingerprints: { 'nspassFinding/v1': fingerprint(found, seen) },
  };
}

/** Identifies a finding without its line, so that lines added above do not make it a new one. */
function fingerprint({ code, file, namespace, name, message }: LintFinding, seen: Map<string, number>): string {
  const text = JSON.stringify([code, file, namespace, name, message]);
  const count = (seen.get(text) ?? 0) + 1;
  seen.set(text, count);
  return createHash('sha256').update(`${text}${count}`).digest('hex').slice(0, 32);
}

function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}
