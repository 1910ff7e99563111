/** Characters of a reason at most, in a line of the log and beside a dead letter: both have room for so much only. */
const LONGEST_REASON = 1_000;

/** Returns as much of a reason as is told. */
export function shortReason(text: string): string {
  return text.slice(0, LONGEST_REASON);
}
