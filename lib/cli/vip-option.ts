import { InvalidArgumentError } from 'commander';
import { readDefaultVip } from '../library/default-vip.ts';

/** Returns why a text is not the address of a front end, by the rule for addresses of Ingresses (VAL-9). */
export function vipProblem(text: string): string | undefined {
  try {
    readDefaultVip(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Parses `--default-vip ADDRESS`. */
export function vipOption(text: string): string {
  const problem = vipProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return readDefaultVip(text);
}
