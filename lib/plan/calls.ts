import { LIMITS } from '../netscaler/index.ts';
import type { Change } from './change.ts';
import { opensHosts } from './order.ts';

/** Changes that go in one bulk call, in order. Member lists go one by one. */
export interface Call {
  readonly op: Change['op'];
  readonly changes: readonly Change[];
}

/**
 * Packs ordered changes into as few calls as the protocol allows: neighbours of one kind together, at most 500 items
 * each. A host is never bound in the call that makes what it points at: had an item of that failed, the host would
 * lead nowhere.
 */
export function calls(changes: readonly Change[]): Call[] {
  const packed: { op: Change['op']; changes: Change[]; hosts: boolean; type: string }[] = [];
  for (const change of changes) {
    const hosts = change.op === 'add' && opensHosts(change.resource.role);
    const last = packed.at(-1);
    const fits =
      last !== undefined &&
      last.op === change.op &&
      last.hosts === hosts &&
      last.changes.length < LIMITS.bulk &&
      change.op !== 'members' &&
      // An update takes an array of one type only.
      ((change.op !== 'set' && change.op !== 'unset') || last.type === change.resource.type);
    if (fits) last.changes.push(change);
    else packed.push({ op: change.op, changes: [change], hosts, type: change.resource.type });
  }
  return packed.map(({ op, changes: items }) => ({ op, changes: items }));
}
