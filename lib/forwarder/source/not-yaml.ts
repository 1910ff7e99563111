/** Matches a line that Helm would replace: an action alone, or as a value without quotes. */
const ACTION = /^\s*(?:- )?(?:[\w./-]+:\s+)?\{\{/;

const TEMPLATE = 'is a Helm template, which must be rendered first: {{ … }} is not YAML';

/**
 * Returns why a text cannot be manifests, where the parser of YAML would read it as one long word.
 *
 * @returns undefined where it may be manifests.
 */
export function notText(text: string): string | undefined {
  // Read as UTF-8, each letter of UTF-16 is followed, or led, by a zero byte.
  if (/^(?:\uFFFD\uFFFD)?(?:(?:[^\0]\0){4}|(?:\0[^\0]){4})/.test(text)) {
    return 'is written in UTF-16, as > of PowerShell does: save it in UTF-8 (… | Out-File -Encoding utf8 FILE)';
  }
  const zero = text.indexOf('\0');
  if (zero !== -1) return `is not text: it has zero bytes, the first one in line ${lineAt(text, zero)}`;
  const replaced = text.match(/\uFFFD/g)?.length ?? 0;
  return replaced > 10 && replaced * 20 > text.length
    ? 'is not text in UTF-8 but binary, or of another encoding'
    : undefined;
}

/**
 * Returns the problem of a document that is not YAML.
 *
 * @param line 1-based line at which the parser of YAML gave up.
 * @param message its error.
 */
export type NotYamlJudge = (line: number, message: string) => string;

/**
 * Returns the judge of a text, by what its documents were meant to be. It looks at the text as a whole once, however many
 * documents it has.
 *
 * | text | message |
 * |---|---|
 * | a template of Helm | render it first |
 * | JSON that ends too early | incomplete JSON |
 * | other JSON | the error of the parser of JSON |
 * | any other | the error of the parser of YAML |
 */
export function notYamlJudge(text: string): NotYamlJudge {
  let lines: readonly string[] | undefined;
  let json: { readonly problem: string | undefined } | undefined;
  return (line, message) => {
    lines ??= text.split('\n');
    if (isTemplate(lines, line)) return TEMPLATE;
    json ??= { problem: jsonProblem(text) };
    return json.problem ?? `is not valid YAML: ${message}`;
  };
}

/** @returns undefined for a text that was not meant as JSON, or is JSON. */
function jsonProblem(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return /end of JSON|Unterminated/.test(message)
      ? 'is incomplete JSON: it ends too early, as if it were cut off'
      : `is not valid JSON: ${message.endsWith(' is not valid JSON') ? message.split(', "', 1)[0] : message}`;
  }
}

/** Returns the problem of a name that is a mapping: `name: {{ .Release.Name }}` is valid YAML. */
export function templateName(metadata: unknown): string | undefined {
  const name = typeof metadata === 'object' && metadata !== null ? (metadata as { name?: unknown }).name : undefined;
  return typeof name === 'object' && name !== null ? TEMPLATE : undefined;
}

/** Returns whether an action is in a line or beside it: the parser sometimes gives up at the next line. */
function isTemplate(lines: readonly string[], line: number): boolean {
  return lines.slice(Math.max(0, line - 2), line + 1).some((each) => ACTION.test(each));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
