import type { GroupMember } from '../netscaler/index.ts';
import { MEMBER } from './facts.ts';
import { isLeaving } from './inventory/members.ts';
import type { ItemResult, MemberList, MemberResult, NitroReader, NitroRow, NitroWriter } from './ports.ts';

/**
 * Errors of a member list by which a group lacks `autoscale API` (257, 3810), or a build does not know the call (the
 * others).
 */
export const CLASSIC_GROUP: ReadonlySet<number> = new Set([257, 3810, 1088, 1090, 1232, 1236, 1237, 1240]);

/** States of a disabled member whose drain time is over. */
const DRAINED = /^(OUT OF SERVICE|DISABLED)$/i;

/** The calls that write members one by one. */
export interface MemberCalls extends Pick<NitroReader, 'rows'>, Pick<NitroWriter, 'add' | 'remove' | 'set'> {
  act(type: string, action: 'enable' | 'disable', bodies: readonly NitroRow[]): Promise<ItemResult[]>;
}

interface ExistingMember {
  readonly ip: string;
  /** An operator's name, or the address. */
  readonly servername: string;
  readonly port: number;
  readonly weight: number;
  readonly leaving: boolean;
  readonly drained: boolean;
}

/**
 * Changes the members of a group to a list by difference, where the group accepts no desired set. A removed member is
 * first disabled, so that its connections may end; the next write after its drain time unbinds it. Without a drain time
 * it is unbound at once.
 */
export async function writeOneByOne(
  client: MemberCalls,
  { group, members }: MemberList,
  drainSeconds: number,
): Promise<MemberResult> {
  const existing = (await client.rows(MEMBER, { name: group })).map(existingMember);
  const byEndpoint = new Map(existing.map((member) => [endpoint(member), member]));
  const wanted = new Set(members.map(endpoint));
  const missing = members.filter((member) => !byEndpoint.has(endpoint(member)));
  const returning = members
    .flatMap((member) => byEndpoint.get(endpoint(member)) ?? [])
    .filter(({ leaving }) => leaving);
  const extra = existing.filter((member) => !wanted.has(endpoint(member)));
  const toUnbind = extra.filter(({ leaving, drained }) => (leaving ? drained : drainSeconds === 0));
  const toDrain = drainSeconds === 0 ? [] : extra.filter(({ leaving }) => !leaving);

  const named = ({ servername, port }: ExistingMember): NitroRow => ({ servicegroupname: group, servername, port });
  const added = await client.add(
    missing.map((member) => ({ type: MEMBER, body: { servicegroupname: group, ...member } })),
  );
  const results = [
    ...(await setWeights(client, group, members, existing)),
    ...(await client.act('servicegroup', 'enable', returning.map(named))),
    ...(await client.act(
      'servicegroup',
      'disable',
      toDrain.map((member) => ({ ...named(member), delay: drainSeconds, graceful: 'YES' })),
    )),
    ...(await client.remove(
      toUnbind.map(({ servername, port }) => ({
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

/** Gives members that exist the weights of a list, where it names other ones. */
async function setWeights(
  client: Pick<MemberCalls, 'set'>,
  group: string,
  members: readonly GroupMember[],
  existing: readonly ExistingMember[],
): Promise<ItemResult[]> {
  const named = new Map(members.map((member) => [endpoint(member), member.weight]));
  const differing = existing.flatMap((member) => {
    const weight = named.get(endpoint(member));
    const { servername, port } = member;
    return weight === undefined || weight === member.weight
      ? []
      : [{ servicegroupname: group, servername, port, weight }];
  });
  return differing.length === 0 ? [] : client.set('servicegroup', differing);
}

/**
 * Reads a group that got a list with weights, and sets the weights that it does not have: documents say that a list adds
 * and removes members, and not whether it changes one (V).
 *
 * @returns the first error.
 */
export async function completeWeights(client: MemberCalls, { group, members }: MemberList): Promise<ItemResult> {
  if (members.every(({ weight }) => weight === undefined)) return undefined;
  const existing = (await client.rows(MEMBER, { name: group })).map(existingMember);
  const results = await setWeights(client, group, members, existing);
  return results.find((result) => result !== undefined && result.kind !== 'gone');
}

const isFailure = (result: ItemResult): boolean => result !== undefined && result.kind !== 'exists';

/** Returns address and port as one text. */
export const endpoint = ({ ip, port }: Pick<GroupMember, 'ip' | 'port'>): string => `${ip} ${port}`;

function existingMember(row: NitroRow): ExistingMember {
  return {
    ip: String(row.ip ?? row.servername),
    servername: String(row.servername ?? row.ip),
    port: Number(row.port),
    weight: Number(row.weight ?? 1),
    leaving: isLeaving(row),
    drained: DRAINED.test(String(row.svrstate ?? '')),
  };
}
