import type { Resource } from '../netscaler/index.ts';
import type { Attributes } from '../route/index.ts';

/**
 * One change of one row. A plan is a list of these: data that can be printed, counted and compared; writing it is
 * somebody else's part (`lib/nitro/apply.ts`).
 */
export interface Change {
  readonly op: 'add' | 'set' | 'unset' | 'enable' | 'members' | 'remove';
  /** Of `set` and `unset`: only the attributes concerned. */
  readonly resource: Resource;
  /** `set`: only the attributes that differ, with the value that they had. */
  readonly before?: Attributes;
  /** Why it cannot even be tried: a limit of the appliance. */
  readonly refused?: string;
}

export type Plan = readonly Change[];
