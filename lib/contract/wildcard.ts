/**
 * Returns whether a text consists of these parts in their order, with any characters between them: `['a', 'b']` stands for
 * `a*b`. It takes the first place for each part, which is enough, so that no pattern makes it try again: a regular
 * expression with several `.*` would.
 */
export function matchesParts(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
