import { CredentialsUnavailable } from '../aws/secrets.ts';
import { isTransient, NitroError } from '../nitro/index.ts';

/** Receives after which the messages of a batch are tried one by one. */
export const ALONE_AFTER = 3;

/** Receives after which a message is set aside although no other message shows that the fault is its own. */
const ASIDE_AFTER = 10;

/** The bus did not take an event: nothing that a message says is at fault. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
}

/**
 * Whether an error is a fault of the system's own that one message may have brought out.
 *
 * | error                                                    | own fault |
 * | -------------------------------------------------------- | --------- |
 * | an answer of the appliance, or none                      | no        |
 * | credentials that are not to be had                       | no        |
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

/** What became of messages that were tried one by one. */
export interface OneByOne<T> {
  /** Messages that were dealt with. */
  readonly done: readonly T[];
  /** Messages that failed alone for a fault of the system's own, in order. */
  readonly faulty: readonly { readonly message: T; readonly error: unknown }[];
  /** Messages that are not done with, the faulty ones included, in order. */
  readonly left: readonly T[];
  /** Why there are such messages; undefined where there are none. */
  readonly error: unknown;
}

/**
 * Tries the messages of a batch one by one, in order. What fails alone does not hold up those behind it; what concerns
 * the appliance as a whole ends the attempt, and all that was not tried is left.
 *
 * The order of a FIFO group does no harm here: each statement carries its sequence, and a later one may overtake an
 * earlier one of the same key at any time, because the earlier one is then stale and dropped (protocol rule 1). A
 * message that is brought back later, by a redrive, is judged in the same way; what a message that was set aside said is
 * said again by the next snapshot.
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
 * Whether the faulty messages may be set aside. Where every message fails, the fault may be the whole system's, and they
 * wait for it to be mended: but not for ever, because events behind them wait, too.
 */
export function mayBeSetAside({ done, faulty }: OneByOne<unknown>, received: number): boolean {
  return faulty.length > 0 && (done.length > 0 || received >= ASIDE_AFTER);
}
