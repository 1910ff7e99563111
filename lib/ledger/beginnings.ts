/**
 * Returns what PCREs need to match all texts that begin as these do, in as few parts as fit.
 *
 * Beginnings share their first characters in the pattern: `ab(c[de]|fg)` stands for `abcd`, `abce` and `abfg`. So one
 * pattern has room for several times as many, and the appliance tries few alternatives for each row.
 *
 * @param texts letters and digits only.
 * @param length characters of a beginning, at least 2.
 * @param longest characters of a part.
 */
export function beginningPatterns(texts: Iterable<string>, length: number, longest: number): string[] {
  const beginnings = [...new Set([...texts].map((text) => text.slice(0, length)))].sort();
  const parts: string[] = [];
  let part = '';
  for (const [head, all] of Map.groupBy(beginnings, (text) => text.slice(0, -2))) {
    const alternative = `${head}${tailsOf(all)}`;
    if (part !== '' && part.length + 1 + alternative.length > longest) {
      parts.push(part);
      part = '';
    }
    part = part === '' ? alternative : `${part}|${alternative}`;
  }
  return part === '' ? parts : [...parts, part];
}

/** Returns a pattern for the last two characters of beginnings that share all others. */
function tailsOf(beginnings: readonly string[]): string {
  const tails = [...Map.groupBy(beginnings, (text) => text.at(-2))].map(([first = '', all]) => {
    const last = all.map((text) => text.at(-1)).join('');
    return `${first}${last.length === 1 ? last : `[${last}]`}`;
  });
  return `(${tails.join('|')})`;
}
