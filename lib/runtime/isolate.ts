import { CredentialsUnavailable } from '../aws/secrets.ts';
import { isTransient, NitroError } from '../nitro/index.ts';

/** Receives after which the messages of a batch are processed one by one. */
export const ALONE_AFTER = 3;

/** Receives after which a message is set aside even if every message of its batch fails. */
const SET_ASIDE_AFTER = 10;

/** Thrown when the bus did not accept an event. No message of the batch is the cause. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
}

/**
 * Returns whether an error is internal: a bug that one message of a batch may have triggered.
 *
 * | error                                                    | internal |
 * | -------------------------------------------------------- | -------- |
 * | the appliance answers with an error, or not at all       | no       |
 * | credentials are unavailable                              | no       |
 * | the bus, or a service of AWS (`$metadata`)               | no       |
 * | the operating system (`code`: `ECONNRESET`, `ENOENT`, …) | no       |
 * | any other: `TypeError`, `RangeError`, an `Error` of ours | yes      |
 */
export function isInternalError(error: unknown): boolean {
  if (isTransient(error) || error instanceof NitroError) return false;
  if (error instanceof CredentialsUnavailable || error instanceof NotPublished) return false;
  if (typeof error !== 'object' || error === null) return true;
  return !('$metadata' in error) && !('code' in error && typeof error.code === 'string');
}

/** Result of processing messages one by one. */
export interface OneByOneResult<T> {
  /** Messages that were processed. */
  readonly done: readonly T[];
  /** Messages that failed alone with an internal error, in order. */
  readonly faulty: readonly { readonly message: T; readonly error: unknown }[];
  /** Messages that are not processed, including the faulty ones, in order. */
  readonly unfinished: readonly T[];
  /** First error; undefined if every message was processed. */
  readonly error: unknown;
}

/**
 * Processes the messages of a batch one by one, in order. A message with an internal error does not block those after it.
 * Any other error concerns the whole appliance and ends the attempt: the remaining messages are unfinished.
 *
 * Breaking the order of a FIFO group is safe: each event carries its sequence, and an older event of the same key that
 * arrives later is stale and dropped (protocol rule 1). The same holds for a redrive. The next snapshot repeats the state
 * of a message that was set aside.
 */
export async function oneByOne<T>(
  messages: readonly T[],
  process: (message: T) => Promise<void>,
): Promise<OneByOneResult<T>> {
  const done: T[] = [];
  const faulty: { message: T; error: unknown }[] = [];
  for (const [index, message] of messages.entries()) {
    try {
      await process(message);
      done.push(message);
    } catch (error) {
      if (!isInternalError(error)) {
        const unfinished = [...faulty.map((each) => each.message), ...messages.slice(index)];
        return { done, faulty, unfinished, error };
      }
      faulty.push({ message, error });
    }
  }
  return { done, faulty, unfinished: faulty.map((each) => each.message), error: faulty[0]?.error };
}

/**
 * Returns whether the faulty messages can be set aside. If every message fails, the error may not depend on the messages,
 * so they wait for a fix; but not for ever, because later events wait, too.
 */
export function canSetAside({ done, faulty }: OneByOneResult<unknown>, received: number): boolean {
  return faulty.length > 0 && (done.length > 0 || received >= SET_ASIDE_AFTER);
}
