import type { FuzzTarget } from '../target.ts';
import { SIMULATOR } from './simulator.ts';
import { WIRE } from './wire.ts';

/** Every parser that gets text or bytes of others. */
export const TARGETS: readonly FuzzTarget[] = [...WIRE, ...SIMULATOR];

/** @throws {RangeError} for a name that no target has. */
export function targetNamed(name: string | undefined): FuzzTarget {
  const found = TARGETS.find((target) => target.name === name);
  if (found === undefined) throw new RangeError(`there is no target ${name}`);
  return found;
}
