import { baseUrlProblem } from '../config/base-url.ts';
import { UsageError } from './usage.ts';

/**
 * Returns the parser of an option that takes the base URL of an API. It throws an error of its own, because commander's
 * repeats the refused text, which may hold a password.
 *
 * @param flag name of the option, for the message.
 * @param example a URL that is right.
 */
export function urlOption(flag: string, example: string): (text: string) => string {
  return (text) => {
    const problem = baseUrlProblem(text);
    if (problem === undefined) return text;
    throw new UsageError(`${flag} ${problem}. Expected a URL such as ${example}.`);
  };
}
