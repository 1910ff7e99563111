/** Maximum of characters of a reason, in the log and as attribute of a dead letter. */
const MAX_REASON_LENGTH = 1_000;

/** Returns a reason, cut to its maximum length. */
export function shortReason(text: string): string {
  return text.slice(0, MAX_REASON_LENGTH);
}
