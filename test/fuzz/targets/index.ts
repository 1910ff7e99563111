import type { FuzzTarget } from '../target.ts';
import { CLUSTER } from './cluster.ts';
import { CONTRACT } from './contract.ts';
import { INGRESS } from './ingress.ts';
import { LEDGER } from './ledger.ts';
import { LOCAL_AWS } from './local-aws.ts';
import { MANIFESTS } from './manifests.ts';
import { NITRO } from './nitro.ts';
import { SIMULATOR } from './simulator.ts';
import { WIRE } from './wire.ts';

/** Every parser that gets text or bytes of others. */
export const TARGETS: readonly FuzzTarget[] = [
  ...CONTRACT,
  ...MANIFESTS,
  ...INGRESS,
  ...LEDGER,
  ...NITRO,
  ...CLUSTER,
  ...LOCAL_AWS,
  ...WIRE,
  ...SIMULATOR,
];

/** @throws {RangeError} for a name that no target has. */
export function targetNamed(name: string | undefined): FuzzTarget {
  const found = TARGETS.find((target) => target.name === name);
  if (found === undefined) throw new RangeError(`there is no target ${name}`);
  return found;
}
