/**
 * Reads the documentation of a schema from the comments of its source, so that it is written once, where the field is,
 * and costs the functions no byte. Understands what such a file is made of: `const X = z.strictObject({ field: … })`,
 * nested objects, and other constants, spread or whole.
 */
export interface DocComments {
  /** The comment of a field, or of a constant if the path is empty. */
  of(constant: string, path: readonly string[]): string | undefined;
}

const TOKEN =
  /\/\*\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|(?<=[(=,]\s*)\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+\/\w*|\.\.\.|[A-Za-z_$][\w$]*|[^\s\w]/g;
const NAME = /^[A-Za-z_$]/;
const OPEN = '([{';
const CLOSE = ')]}';

/** `Number of seconds.\n * More.` without the frame of the comment, in one line. */
function textOf(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** @param sources texts of TypeScript files; constants of one name must not differ between them. */
export function docComments(sources: readonly string[]): DocComments {
  const texts = new Map<string, string>();
  const spreads = new Map<string, string[]>();
  for (const source of sources) read(source, texts, spreads);
  const of = (constant: string, path: readonly string[]): string | undefined => {
    const own = texts.get([constant, ...path].join('.'));
    if (own !== undefined) return own;
    const [field, ...rest] = path;
    if (field === undefined) return undefined;
    for (const spread of spreads.get(constant) ?? []) {
      const found = of(spread, [field, ...rest]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { of };
}

function read(source: string, texts: Map<string, string>, spreads: Map<string, string[]>): void {
  const tokens = source.match(TOKEN) ?? [];
  /** Brackets that are open; a brace with the field whose value it is in. */
  const open: { bracket: string; field: string }[] = [];
  let constant = '';
  let field = '';
  let comment: string | undefined;
  let fresh = false;
  tokens.forEach((token, index) => {
    const inObject = open.at(-1)?.bracket === '{';
    if (token.startsWith('/**')) {
      comment = textOf(token);
      return;
    }
    if (token.startsWith('//')) return;
    if (open.length === 0 && token === 'const') {
      constant = tokens[index + 1] ?? '';
      field = '';
      keep(texts, constant, comment);
      comment = undefined;
    } else if (inObject && fresh && token === '...') {
      spreads.set(constant, [...(spreads.get(constant) ?? []), tokens[index + 1] ?? '']);
    } else if (inObject && fresh && NAME.test(token)) {
      field = token;
      const path = [constant, ...open.filter(({ bracket }) => bracket === '{').map((brace) => brace.field), field];
      keep(texts, path.filter((part) => part !== '').join('.'), comment);
      comment = undefined;
    }
    // `z.strictObject(outcome)`: all fields are those of the constant `outcome`.
    const whole = open.length === 1 && tokens[index - 1] === '(' && tokens[index + 1] === ')';
    if (whole && field === '' && NAME.test(token)) spreads.set(constant, [...(spreads.get(constant) ?? []), token]);
    if (OPEN.includes(token)) {
      open.push({ bracket: token, field: token === '{' ? field : '' });
      // Inside a nested object the outer field is on the stack; in a list or a call it still applies.
      if (token === '{') field = '';
    } else if (CLOSE.includes(token)) {
      open.pop();
    }
    fresh = token === '{' || token === ',';
    if (token === ';') comment = undefined;
  });
}

function keep(texts: Map<string, string>, path: string, comment: string | undefined): void {
  if (comment !== undefined && path !== '') texts.set(path, comment);
}
