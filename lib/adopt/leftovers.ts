import { type ItemResult, type NitroReader, type NitroRow, type RemovalItem, readMap } from '../nitro/index.ts';
import type { AdoptContext } from './context.ts';
import type { Incumbent, IncumbentServer } from './incumbent.ts';
import { removeMap, removeRow } from './make-room.ts';
import { groupIn } from './read-incumbent.ts';
import { decodeRecord, LEFTOVER_TYPES, type Leftover, type LeftoverType, leftoverKey, recordName } from './record.ts';

/** Leftovers that stay for now, each with the reason. */
export interface LeftoverReport {
  readonly removed: number;
  readonly left: readonly { readonly leftover: Leftover; readonly reason: string }[];
}

/** Returns what the incumbent has made for a front end and nobody needs when it is ours. Only names with its prefix count. */
export function leftoversOf(
  { prefix }: Pick<AdoptContext, 'prefix'>,
  { targets }: Incumbent,
  { policies, record }: IncumbentServer,
): Leftover[] {
  const forwards = [...new Set(policies.flatMap(({ forward }) => forward ?? []))];
  const own = policies.filter(({ standsFor }) => standsFor === undefined).map(({ name }) => name);
  const all: Leftover[] = [...new Set([...own, ...(record?.bound ?? []).map(({ policy }) => policy)])].map((name) => ({
    type: 'sslpolicy',
    name,
  }));
  for (const action of new Set(policies.flatMap((policy) => (policy.forward === undefined ? [] : policy.action)))) {
    all.push({ type: 'sslaction', name: action });
  }
  for (const name of forwards) all.push({ type: 'lbvserver', name });
  for (const name of new Set(forwards.flatMap((target) => targets.get(target)?.groups ?? []))) {
    all.push({ type: 'servicegroup', name });
  }
  return all.filter(({ name }) => name.startsWith(`${prefix}-`));
}

/**
 * Removes what is left of the incumbent's, and at the end the record. A balancing server that still has connections
 * stays, because its removal would reset them, and so does everything that somebody else names.
 */
export async function removeLeftovers(context: AdoptContext, server: IncumbentServer): Promise<LeftoverReport> {
  const { writer, settings } = context.engine;
  const map = recordName(settings.systemId, server.frontend);
  const record = decodeRecord(await readMap(context.engine.reader, map));
  const left: { leftover: Leftover; reason: string }[] = [];
  let removed = 0;
  for (const type of LEFTOVER_TYPES) {
    const some = (record?.leftovers ?? []).filter((leftover) => leftover.type === type);
    if (some.length === 0) continue;
    // Read for each type: the removal of one type frees objects of the next.
    const reasonOf = await usedReasons(context, type);
    for (const leftover of some) {
      const reason = reasonOf(leftover.name) ?? refusal(await writer.remove([removalOf(leftover)]));
      if (reason === undefined) {
        await removeRow(context, server, leftoverKey(leftover));
        removed += 1;
      } else left.push({ leftover, reason });
    }
  }
  if (left.length === 0) await removeMap(context, map);
  return { removed, left };
}

const removalOf = ({ type, name }: Leftover): RemovalItem => ({
  type,
  name: [type === 'servicegroup' ? 'servicegroupname' : 'name', name],
  args: {},
});

function refusal([result]: readonly ItemResult[]): string | undefined {
  return result === undefined || result.kind === 'gone' ? undefined : result.message;
}

/** Returns the reason for which an object must stay, by its name. */
async function usedReasons(
  { engine: { reader }, statistics }: AdoptContext,
  type: LeftoverType,
): Promise<(name: string) => string | undefined> {
  if (type === 'servicegroup') {
    const bound = await usersBy(reader, [['lbvserver_servicegroup_binding', 'name', groupIn]]);
    return (name) => inUse(bound.get(name));
  }
  if (type !== 'lbvserver') return () => undefined;
  const users = await usersBy(reader, [
    ['sslaction', 'name', ({ forward }) => forward],
    ['csaction', 'name', ({ targetlbvserver }) => targetlbvserver],
    ['csvserver_lbvserver_binding', 'name', ({ lbvserver }) => lbvserver],
    ['csvserver_cspolicy_binding', 'name', ({ targetlbvserver }) => targetlbvserver],
  ]);
  const counters = await statistics.statistics('lbvserver');
  const open = new Map(counters.map((row) => [String(row.name), Number(row.curclntconnections ?? 0)]));
  return (name) => {
    const count = open.get(name) ?? 0;
    return count > 0 ? `${count} ${count === 1 ? 'connection is' : 'connections are'} open` : inUse(users.get(name));
  };
}

const inUse = (user: string | undefined): string | undefined => (user === undefined ? undefined : `${user} uses it`);

/** A type of rows, the attribute that names a row, and what it uses. */
type Use = readonly [type: string, by: string, of: (row: NitroRow) => unknown];

/** Maps objects to one of those that use them. */
async function usersBy(reader: NitroReader, uses: readonly Use[]): Promise<Map<string, string>> {
  const users = new Map<string, string>();
  for (const [type, by, of] of uses) {
    for (const row of await reader.rows(type)) {
      const used = of(row);
      if (used !== undefined && used !== '') users.set(String(used), `${type.split('_')[0]} ${row[by]}`);
    }
  }
  return users;
}
