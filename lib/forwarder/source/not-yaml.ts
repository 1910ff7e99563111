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
 * Returns the problem of a text that is not YAML, by what it was meant to be.
 *
 * | text | message |
 * |---|---|
 * | a template of Helm | render it first |
 * | JSON that ends too early | incomplete JSON |
 * | other JSON | the error of the parser of JSON |
 * | any other | the error of the parser of YAML |
 *
 * @param line 1-based line at which the parser of YAML gave up.
 */
export function notYaml(text: string, line: number, message: string): string {
  if (isTemplate(text, line)) return TEMPLATE;
  if (/^\s*[{[]/.test(text)) {
    try {
      JSON.parse(text);
    } catch (error) {
      const { message: jsonError } = error as Error;
      return /end of JSON|Unterminated/.test(jsonError)
        ? 'is incomplete JSON: it ends too early, as if it were cut off'
        : `is not valid JSON: ${jsonError.endsWith(' is not valid JSON') ? jsonError.split(', "', 1)[0] : jsonError}`;
    }
  }
  return `is not valid YAML: ${message}`;
}

/** Returns the problem of a name that is a mapping: `name: {{ .Release.Name }}` is valid YAML. */
export function templateName(metadata: unknown): string | undefined {
  const name = typeof metadata === 'object' && metadata !== null ? (metadata as { name?: unknown }).name : undefined;
  return typeof name === 'object' && name !== null ? TEMPLATE : undefined;
}

/** Returns whether an action is in a line or beside it: the parser sometimes gives up at the next line. */
function isTemplate(text: string, line: number): boolean {
  return text
    .split('\n')
    .slice(Math.max(0, line - 2), line + 1)
    .some((each) => ACTION.test(each));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
