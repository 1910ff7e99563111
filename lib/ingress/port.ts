/** A port from an annotation: 1–65535, decimal, nothing around it. */
export function parsePort(input: string): number | undefined {
  const port = Number(input);
  return /^[0-9]{1,5}$/.test(input) && port >= 1 && port <= 65_535 ? port : undefined;
}
