import type { Resource } from '../netscaler/index.ts';
import type { Attributes } from '../route/index.ts';

/**
 * One change of one row. A plan is a list of changes: data that can be printed, counted and compared. `lib/nitro/apply.ts`
 * writes it.
 */
export interface Change {
  readonly op: 'add' | 'set' | 'unset' | 'enable' | 'members' | 'remove';
  /** `set` and `unset` contain only the changed attributes. */
  readonly resource: Resource;
  /** For `set`: the changed attributes with their former values. */
  readonly before?: Attributes;
  /** The limit of the appliance that rules out the change before it is attempted. */
  readonly refused?: string;
}

export type Plan = readonly Change[];
