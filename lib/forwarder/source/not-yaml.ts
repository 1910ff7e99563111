/** A line that Helm would replace: an action stands alone, or as a value without quotes. */
const ACTION = /^\s*(?:- )?(?:[\w./-]+:\s+)?\{\{/;

const TEMPLATE = 'is a template of Helm, which has to be rendered first: {{ … }} is no YAML';

/**
 * Says why a text cannot be manifests, where the parser of YAML would take it for one long word.
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
  const strange = text.match(/\uFFFD/g)?.length ?? 0;
  return strange > 10 && strange * 20 > text.length
    ? 'is not text in UTF-8 but binary, or of another encoding'
    : undefined;
}

/**
 * Says what is wrong with a text that is no YAML, by what it was meant to be.
 *
 * | it is | is told |
 * |---|---|
 * | a template of Helm | to be rendered first |
 * | JSON that ends too early | as such |
 * | other JSON | in the words of the parser of JSON |
 * | else | in the words of the parser of YAML |
 *
 * @param line 1-based line at which the parser of YAML gave up.
 */
export function notYaml(text: string, line: number, message: string): string {
  if (isTemplate(text, line)) return TEMPLATE;
  if (/^\s*[{[]/.test(text)) {
    try {
      JSON.parse(text);
    } catch (error) {
      const said = (error as Error).message;
      return /end of JSON|Unterminated/.test(said)
        ? 'is incomplete JSON: it ends too early, as if it were cut off'
        : `is not valid JSON: ${said.replace(/, "[\s\S]*" is not valid JSON/, '')}`;
    }
  }
  return `is not valid YAML: ${message}`;
}

/** Returns what is wrong with a name that is a mapping: `name: {{ .Release.Name }}` is valid YAML. */
export function templateName(metadata: unknown): string | undefined {
  const name = typeof metadata === 'object' && metadata !== null ? (metadata as { name?: unknown }).name : undefined;
  return typeof name === 'object' && name !== null ? TEMPLATE : undefined;
}

/** Whether an action stands at a line, or beside it: the parser gives up at the next line at times. */
function isTemplate(text: string, line: number): boolean {
  return text
    .split('\n')
    .slice(Math.max(0, line - 2), line + 1)
    .some((each) => ACTION.test(each));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
