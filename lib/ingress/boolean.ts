/** Parses `true` and `false` in any case; undefined for any other text. */
export function parseBoolean(input: string): boolean | undefined {
  const lower = input.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}
