/** Parses a decimal port from 1 to 65535 with no other characters around it. */
export function parsePort(input: string): number | undefined {
  const port = Number(input);
  return /^[0-9]{1,5}$/.test(input) && port >= 1 && port <= 65_535 ? port : undefined;
}
