import { CredentialsUnavailable } from '../aws/secrets.ts';
import { isTransient, NitroError } from '../nitro/index.ts';

/** Receives after which the messages of a batch are tried one by one. */
export const ALONE_AFTER = 3;

/** Receives after which a message is set aside even if no other message succeeds. */
const ASIDE_AFTER = 10;

/** The bus did not accept an event, which is not the fault of any message. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
}

/**
 * Returns whether an error is a bug of ours, which a single message may have triggered.
 *
 * | error                                                    | own fault |
 * | -------------------------------------------------------- | --------- |
 * | an answer of the appliance, or none                      | no        |
 * | credentials that are unavailable                         | no        |
 * | the bus, or a service of AWS (`$metadata`)               | no        |
 * | the operating system (`code`: `ECONNRESET`, `ENOENT`, …) | no        |
 * | any other: `TypeError`, `RangeError`, an `Error` of ours | yes       |
 */
export function isOwnFault(error: unknown): boolean {
  if (isTransient(error) || error instanceof NitroError) return false;
  if (error instanceof CredentialsUnavailable || error instanceof NotPublished) return false;
  if (typeof error !== 'object' || error === null) return true;
  return !('$metadata' in error) && !('code' in error && typeof error.code === 'string');
}

/** Result of trying messages one by one. */
export interface OneByOne<T> {
  /** Messages that succeeded. */
  readonly done: readonly T[];
  /** Messages that failed by themselves with a bug of ours, in order. */
  readonly faulty: readonly { readonly message: T; readonly error: unknown }[];
  /** Messages that did not succeed, the faulty ones included, in order. */
  readonly left: readonly T[];
  /** First error; undefined if all succeeded. */
  readonly error: unknown;
}

/**
 * Tries the messages of a batch one by one, in order. A message that fails by itself does not stop those behind it. An
 * error that concerns the whole appliance ends the attempt, and the untried messages are left.
 *
 * Breaking the order of a FIFO group is safe: each event carries its sequence, and an older one of the same key is dropped
 * as stale (protocol rule 1). The same holds for a message that is redriven later. The next snapshot repeats the state of
 * a message that was set aside.
 */
export async function oneByOne<T>(messages: readonly T[], deal: (message: T) => Promise<void>): Promise<OneByOne<T>> {
  const done: T[] = [];
  const faulty: { message: T; error: unknown }[] = [];
  for (const [index, message] of messages.entries()) {
    try {
      await deal(message);
      done.push(message);
    } catch (error) {
      if (!isOwnFault(error)) {
        const left = [...faulty.map((one) => one.message), ...messages.slice(index)];
        return { done, faulty, left, error };
      }
      faulty.push({ message, error });
    }
  }
  return { done, faulty, left: faulty.map((one) => one.message), error: faulty[0]?.error };
}

/**
 * Returns whether the faulty messages may be set aside. If every message fails, the bug may concern them all, and they wait
 * for a fix; but not for ever, because events behind them wait, too.
 */
export function mayBeSetAside({ done, faulty }: OneByOne<unknown>, received: number): boolean {
  return faulty.length > 0 && (done.length > 0 || received >= ASIDE_AFTER);
}
