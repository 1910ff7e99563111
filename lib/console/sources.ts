import type { AuditFinding } from '../audit/index.ts';
import type { Names } from '../netscaler/index.ts';
import type { StatusInput } from '../status/index.ts';
import type { ConsoleQueue, ConsoleReplay } from './api.ts';

/** Reads what the console shows. Every read may fail, with a sentence for people as its message. */
export interface ConsoleSources {
  /** The appliance for people: its name in `appliances.yml`, or its address. */
  readonly appliance: string;
  /** Its name in `appliances.yml`, for remedies; undefined where it was named by its address. */
  readonly configured: string | undefined;
  readonly names: Names;
  readonly read: () => Promise<StatusInput>;
  readonly audit: () => Promise<readonly AuditFinding[]>;
  /** Absent without a deployment. */
  readonly queues?: () => Promise<readonly ConsoleQueue[]>;
  /** Absent without a deployment. */
  readonly replays?: () => Promise<readonly ConsoleReplay[]>;
}
