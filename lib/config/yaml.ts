import { type Document, LineCounter } from 'yaml';
import type { ApplianceConfig } from './appliances.ts';
import { checkAppliances } from './check-appliances.ts';
import type { ConfigProblem } from './checks.ts';
import { ConfigurationInvalid } from './invalid.ts';
import { NodeFinder, unresolvedAlias, YamlRefused, yamlDocuments } from './yaml-documents.ts';

/**
 * Reads `appliances.yml`.
 *
 * @param text content of the file.
 * @param file name of the file, for errors.
 * @param further finds problems at the place of use, such as a missing CA file.
 * @throws {ConfigurationInvalid} with one line for each problem: `file:line:column: path: reason`.
 */
export function parseAppliances(
  text: string,
  file: string,
  further: (appliances: readonly ApplianceConfig[]) => readonly ConfigProblem[] = () => [],
): ApplianceConfig[] {
  const lines = new LineCounter();
  const document = documentOf(text, file, lines);
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
      lines,
    );
  }
  const finder = new NodeFinder();
  const fail = (problems: readonly ConfigProblem[]): never => {
    throw invalid(
      file,
      problems.map(({ path, message }) => ({
        offset: offsetOf(document, path, finder),
        message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
      })),
      lines,
    );
  };
  const { appliances, problems } = checkAppliances(toJs(document, file, lines));
  if (appliances === undefined) return fail(problems);
  const all = [...problems, ...further(appliances)];
  return all.length === 0 ? appliances : fail(all);
}

/** Returns the only document of a text. @throws {ConfigurationInvalid} */
function documentOf(text: string, file: string, lines: LineCounter): Document.Parsed {
  try {
    const [first, second] = yamlDocuments(text, lines, false);
    if (first === undefined) throw new ConfigurationInvalid(`${file}:1:1: is empty`);
    if (second === undefined) return first;
    throw invalid(file, [{ offset: second.range[0], message: 'has a second document: expected one' }], lines);
  } catch (error) {
    if (!(error instanceof YamlRefused)) throw error;
    throw invalid(file, [{ offset: error.offset, message: error.message }], lines);
  }
}

/** Converts the document. @throws {ConfigurationInvalid} for an alias without target, or to itself. */
function toJs(document: Document.Parsed, file: string, lines: LineCounter): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const offset = unresolvedAlias(document)?.range[0] ?? 0;
    throw invalid(file, [{ offset, message: (error as Error).message }], lines);
  }
}

function invalid(
  file: string,
  problems: readonly { offset: number; message: string }[],
  lines: LineCounter,
): ConfigurationInvalid {
  const text = problems
    .map(({ offset, message }) => ({ ...lines.linePos(offset), message }))
    .sort((a, b) => a.line - b.line || a.col - b.col)
    .map(({ line, col, message }) => `${file}:${line}:${col}: ${message}`);
  return new ConfigurationInvalid(text.join('\n'));
}

/** Returns the position of the deepest part of a path that exists in the document; for a key, that of the key itself. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], finder: NodeFinder): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = path.slice(0, length);
    const range = (finder.keyAt(document, part) ?? finder.valueAt(document, part))?.range;
    if (range != null) return range[0];
  }
  return 0;
}
