import { LONGEST_PATTERN } from '../ledger/index.ts';
import { namesOf, type Resource, type ResourceRole, type ResourceType } from '../netscaler/index.ts';
import {
  anyOf,
  apply,
  type Failure,
  type InventoryContext,
  isOurs,
  type NitroReader,
  type NitroWriter,
  toResource,
} from '../nitro/index.ts';
import { type Change, order } from '../plan/index.ts';

/**
 * Everything that this system made on an appliance, as removals in their order (LIF-10). `server` objects stay:
 * others may use them. What is not marked, or does not stand beside a mark, is not seen.
 */
export async function planRemoval(reader: NitroReader, systemId: string): Promise<Change[]> {
  const context: InventoryContext = { system: systemId, names: namesOf(systemId), drainSeconds: 0 };
  const { names } = context;
  const marked = async (role: ResourceRole, type: ResourceType): Promise<Resource[]> => {
    const rows = await reader.rows(type, { filter: { comment: `/s=${systemId}/` } });
    return rows.filter((row) => isOurs(context, row.comment)).map((row) => toResource(role, type, row, []));
  };
  const named = async (
    role: ResourceRole,
    type: ResourceType,
    key: string,
    list: readonly string[],
  ): Promise<Resource[]> =>
    list.length === 0
      ? []
      : (await reader.rows(type, { filter: { [key]: inPieces(list) } }))
          .filter((row) => list.includes(String(row[key])))
          .map((row) => toResource(role, type, row, []));

  const [csvservers, sslPolicies, responderPolicies, responderActions, lbvservers, groups, maps] = await Promise.all([
    marked('csvserver', 'csvserver'),
    marked('policy', 'sslpolicy'),
    marked('front-end-policy', 'responderpolicy'),
    marked('action', 'responderaction'),
    marked('lbvserver', 'lbvserver'),
    marked('service-group', 'servicegroup'),
    marked('front-end-map', 'policystringmap'),
  ]);
  const backends = lbvservers.map(({ id }) => String(id.name));
  const [actions, monitors, profiles, certificates] = await Promise.all([
    named('action', 'sslaction', 'name', backends),
    named('monitor', 'lbmonitor', 'monitorname', backends),
    named('system', 'nstcpprofile', 'name', [names.tcpProfile]),
    named('system', 'sslcertkey', 'certkey', [names.certKey]),
  ]);
  const all = [
    ...csvservers,
    ...sslPolicies,
    ...responderPolicies,
    ...actions,
    ...responderActions,
    ...lbvservers,
    ...groups,
    ...monitors,
    ...maps,
    ...profiles,
    ...certificates,
  ];
  return order(all.map((resource): Change => ({ op: 'remove', resource })));
}

/** Long lists do not fit a URL: all of the type is read then, and sorted out here. */
function inPieces(list: readonly string[]): string {
  const exact = anyOf(list);
  return exact.length < LONGEST_PATTERN ? exact : '/.*/';
}

/** Where the placeholder's files are. */
const LOCATION = '/nsconfig/ssl/';

export interface Removed {
  readonly done: number;
  /** What the appliance refused, and why. */
  readonly refused: readonly Failure[];
  /** Something of somebody else still names what was to go: planned again, it shows what is left. */
  readonly left: boolean;
}

/** Removes what `planRemoval` found. Running both again goes on where they were interrupted. */
export async function removeEverything(
  writer: NitroWriter,
  systemId: string,
  plan: readonly Change[],
): Promise<Removed> {
  const everyone = 'removal';
  const { done, failures, outdatedOwners } = await apply(writer, plan, [everyone]);
  const refused = failures.get(everyone) ?? [];
  const left = outdatedOwners.size > 0;
  if (refused.length > 0 || left) return { done: done.length, refused, left };
  const names = namesOf(systemId);
  await writer.remove(
    [names.certificateFile, names.keyFile].map((file) => ({
      type: 'systemfile',
      name: ['filename', file] as const,
      args: { filelocation: LOCATION },
    })),
  );
  return { done: done.length, refused, left };
}
