/** Data as JSON has it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Texts that every version of YAML reads as text without quotes: names, paths, and IPv4 addresses with a port. */
const PLAIN = /^(?:[A-Za-z_][\w./-]*(?::\w[\w./-]*)*|\d{1,3}(?:\.\d{1,3}){3}:\d{1,5})$/;
/** Words that some version of YAML reads as something else. Some readers of YAML 1.1 take `e0` for a number without digits. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|e[-+]?\d+)$/i;

/**
 * Returns data as block YAML, with a line break at the end. Strings that some version of YAML could read as something else
 * are in quotes. It is many times faster than a library for all of YAML: a long list is printed without a wait.
 */
export function blockYaml(value: JsonValue): string {
  if (isEmpty(value) || typeof value !== 'object') return `${scalar(value)}\n`;
  const lines: string[] = [];
  block(value as object, '', '', lines);
  return `${lines.join('\n')}\n`;
}

/**
 * Adds the lines of a list or map that is not empty.
 *
 * @param first stands before the first line, `rest` before the others.
 */
function block(value: object, first: string, rest: string, lines: string[]): void {
  let lead = first;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      if (isEmpty(item) || typeof item !== 'object') lines.push(`${lead}- ${scalar(item)}`);
      else block(item as object, `${lead}- `, `${rest}  `, lines);
      lead = rest;
    }
    return;
  }
  for (const [key, item] of Object.entries(value) as [string, JsonValue][]) {
    if (isEmpty(item) || typeof item !== 'object') lines.push(`${lead}${text(key)}: ${scalar(item)}`);
    else {
      lines.push(`${lead}${text(key)}:`);
      block(item as object, `${rest}  `, `${rest}  `, lines);
    }
    lead = rest;
  }
}

const isEmpty = (value: JsonValue): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const text = (value: string): string => (PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value));

/** A value of one line: empty lists and maps, too. */
function scalar(value: JsonValue): string {
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}
