import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import type { ApplianceConfig } from './appliances.ts';
import { checkAppliances } from './check-appliances.ts';
import type { ConfigProblem } from './checks.ts';
import { ConfigurationInvalid } from './invalid.ts';

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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
      lines,
    );
  }
  const fail = (problems: readonly ConfigProblem[]): never => {
    throw invalid(
      file,
      problems.map(({ path, message }) => ({
        offset: offsetOf(document, path),
        message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
      })),
      lines,
    );
  };
  const { appliances, problems } = checkAppliances(toJs(document, file));
  if (appliances === undefined) return fail(problems);
  const all = [...problems, ...further(appliances)];
  return all.length === 0 ? appliances : fail(all);
}

/** Converts the document. An alias without target, or to itself, is an error without a position. */
function toJs(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ConfigurationInvalid(`${file}: ${(error as Error).message}`);
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
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (node?.range != null) return node.range[0];
  }
  return 0;
}

function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isNode(pair.key) && String(pair.key) === String(path.at(-1)))?.key;
    return isNode(key) ? key : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node : undefined;
}
