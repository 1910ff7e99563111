import { InvalidArgumentError } from 'commander';
import { readDefaultVip } from '../library/default-vip.ts';

/** Parses `--default-vip ADDRESS`. */
export function vipOption(text: string): string {
  try {
    return readDefaultVip(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
