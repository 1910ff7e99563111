import { visible } from '../contract/index.ts';

/** Maximum of characters of a reason, in the log and as attribute of a dead letter. */
const MAX_REASON_LENGTH = 1_000;

/** Returns a reason in one line, cut to its maximum length: SQS takes no control character in an attribute. */
export function shortReason(text: string): string {
  return visible(text.slice(0, MAX_REASON_LENGTH));
}
