import type { LedgerRow } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { type Frontend, frontendKey } from '../route/index.ts';

/**
 * The record of a front end that is shared with the incumbent: a string map on the appliance, so that an interrupted
 * take-over is resumed, and undone, from any machine. Its comment is not a mark of the system's: neither the audit nor
 * `nspass remove` touches it.
 *
 * | key            | value                                                                |
 * | -------------- | -------------------------------------------------------------------- |
 * | `!`            | step, VIP, port and the incumbent's csvserver                        |
 * | `p100`         | the incumbent's policy that was bound with priority 100              |
 * | `sslaction/x`  | a leftover of the incumbent's that is still to be removed            |
 */
export interface AdoptionRecord {
  readonly frontend: Frontend;
  readonly step: AdoptionStep;
  /** The incumbent's csvserver. */
  readonly server: string;
  /** The incumbent's policies as they were bound at first, in the order of their priorities. */
  readonly bound: readonly RecordedBinding[];
  readonly leftovers: readonly Leftover[];
}

/** `shared`: both serve. `handing-over`: the last step began, and there is no way back. */
export type AdoptionStep = 'shared' | 'handing-over';

export interface RecordedBinding {
  readonly policy: string;
  readonly priority: number;
}

/** An object of the incumbent's. */
export interface Leftover {
  readonly type: LeftoverType;
  readonly name: string;
}

/** Types of leftovers, in the order of their removal. */
export const LEFTOVER_TYPES = ['sslpolicy', 'sslaction', 'lbvserver', 'servicegroup'] as const;
export type LeftoverType = (typeof LEFTOVER_TYPES)[number];

const STEP_KEY = '!';

/** Returns the name of the record of a front end. */
export function recordName(systemId: string, frontend: Frontend): string {
  return `${systemId}_a_${frontendKey(frontend).replaceAll(/[.:]/g, '_')}`;
}

/** Returns a PCRE between slashes for the names of all records. */
export const recordNames = (systemId: string): string => `/^${systemId}_a_/`;

/** Returns the comment of a record. */
export const recordComment = (systemId: string): string => `nspass adopt: systemId ${systemId}`;

/** Returns the row that says which step a record is at. */
export function stepRow(step: AdoptionStep, { vip, port }: Frontend, server: string): Pick<LedgerRow, 'key' | 'value'> {
  return { key: STEP_KEY, value: [step, vip, port, server].join(' ') };
}

/** Returns the row of a policy of the incumbent's. */
export const bindingRow = ({ policy, priority }: RecordedBinding): Pick<LedgerRow, 'key' | 'value'> => ({
  key: `p${priority}`,
  value: policy,
});

/** Returns the key of a leftover's row. */
export const leftoverKey = ({ type, name }: Leftover): string => `${type}/${name}`;

/** Decodes a record. @returns undefined where it has no step: nothing but the map was made. */
export function decodeRecord(rows: readonly LedgerRow[]): AdoptionRecord | undefined {
  const [step, vip, port, ...server] = rows.find(({ key }) => key === STEP_KEY)?.value.split(' ') ?? [];
  if ((step !== 'shared' && step !== 'handing-over') || vip === undefined) return undefined;
  return {
    frontend: { vip, port: Number(port), kind: 'tls' },
    step,
    server: server.join(' '),
    bound: rows
      .flatMap(({ key, value }) => (/^p\d+$/.test(key) ? [{ policy: value, priority: Number(key.slice(1)) }] : []))
      .sort((a, b) => a.priority - b.priority),
    leftovers: rows.flatMap(({ key }) => {
      const type = LEFTOVER_TYPES.find((each) => key.startsWith(`${each}/`));
      return type === undefined ? [] : [{ type, name: key.slice(type.length + 1) }];
    }),
  };
}

/** Returns the name of the policy that stands for one of the incumbent's behind ours. */
export function standInName(systemId: string, frontend: Frontend, priority: number): string {
  return `${standInPrefix(systemId, frontend)}${priority}`;
}

const standInPrefix = (systemId: string, frontend: Frontend): string =>
  `${namesOf(systemId).csvserver(frontend).replace(`${systemId}-`, `${systemId}-adopt-`)}-p`;

/** Returns the priority of the incumbent's policy that a policy stands for. @returns undefined for another policy. */
export function stoodFor(systemId: string, frontend: Frontend, policy: string): number | undefined {
  const prefix = standInPrefix(systemId, frontend);
  const rest = policy.startsWith(prefix) ? policy.slice(prefix.length) : '';
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}
