import { MEMBER } from './facts.ts';
import { isLeaving } from './inventory/members.ts';
import type { GroupMember, ItemResult, MemberList, MemberResult, NitroReader, NitroRow, NitroWriter } from './ports.ts';

/**
 * Answers to a member list that mean: this group is none with `autoscale API`, or this build has none. 257 and 3810
 * are the group's, the others say that the call is unknown.
 */
export const CLASSIC_GROUP: ReadonlySet<number> = new Set([257, 3810, 1088, 1090, 1232, 1236, 1237, 1240]);

/** State of a member that was disabled and has no time left. */
const DRAINED = /^(OUT OF SERVICE|DISABLED)$/i;

/** What members are written with, one by one. */
export interface MemberCalls extends Pick<NitroReader, 'rows'>, Pick<NitroWriter, 'add' | 'remove'> {
  act(type: string, action: 'enable' | 'disable', bodies: readonly NitroRow[]): Promise<ItemResult[]>;
}

interface Found {
  readonly ip: string;
  /** An operator's name, or the address. */
  readonly servername: string;
  readonly port: number;
  readonly leaving: boolean;
  readonly drained: boolean;
}

/**
 * Brings the members of a group to a list by difference, where the group takes no desired set. A member that goes is
 * disabled first, so that its connections may end; it is unbound by the next write after its time is over, or at once
 * where no drain is wanted.
 */
export async function writeOneByOne(
  client: MemberCalls,
  { group, members }: MemberList,
  drainSeconds: number,
): Promise<MemberResult> {
  const there = (await client.rows(MEMBER, { name: group })).map(found);
  const byPlace = new Map(there.map((member) => [place(member), member]));
  const wanted = new Set(members.map(place));
  const missing = members.filter((member) => !byPlace.has(place(member)));
  const back = members.flatMap((member) => byPlace.get(place(member)) ?? []).filter(({ leaving }) => leaving);
  const extra = there.filter((member) => !wanted.has(place(member)));
  const goes = extra.filter(({ leaving, drained }) => (leaving ? drained : drainSeconds === 0));
  const drains = drainSeconds === 0 ? [] : extra.filter(({ leaving }) => !leaving);

  const named = ({ servername, port }: Found): NitroRow => ({ servicegroupname: group, servername, port });
  const added = await client.add(
    missing.map(({ ip, port }) => ({ type: MEMBER, body: { servicegroupname: group, ip, port } })),
  );
  const results = [
    ...(await client.act('servicegroup', 'enable', back.map(named))),
    ...(await client.act(
      'servicegroup',
      'disable',
      drains.map((member) => ({ ...named(member), delay: drainSeconds, graceful: 'YES' })),
    )),
    ...(await client.remove(
      goes.map(({ servername, port }) => ({
        type: MEMBER,
        name: ['servicegroupname', group],
        args: { servername, port },
      })),
    )),
  ];
  const parentGone = added.length > 0 && added.every((result) => result?.kind === 'gone');
  return {
    error: parentGone ? added[0] : results.find((result) => result !== undefined && result.kind !== 'gone'),
    failed: parentGone ? [] : missing.filter((_, index) => isFailure(added[index])),
  };
}

const isFailure = (result: ItemResult): boolean => result !== undefined && result.kind !== 'exists';

const place = ({ ip, port }: GroupMember): string => `${ip} ${port}`;

function found(row: NitroRow): Found {
  return {
    ip: String(row.ip ?? row.servername),
    servername: String(row.servername ?? row.ip),
    port: Number(row.port),
    leaving: isLeaving(row),
    drained: DRAINED.test(String(row.svrstate ?? '')),
  };
}
