import { LONGEST_PATTERN } from '../ledger/index.ts';
import {
  type Names,
  namesOf,
  parseMark,
  type Resource,
  type ResourceRole,
  type ResourceType,
  TYPES,
} from '../netscaler/index.ts';
import {
  anyOf,
  apply,
  type Failure,
  type InventoryContext,
  isOurs,
  type NitroReader,
  type NitroWriter,
  readProxyProfiles,
  rowsIfAllowed,
  toResource,
} from '../nitro/index.ts';
import { type Change, order } from '../plan/index.ts';

/** Types whose objects carry a mark, with the role that decides their order. */
const MARKED: readonly (readonly [ResourceRole, ResourceType])[] = [
  ['csvserver', 'csvserver'],
  ['policy', 'sslpolicy'],
  ['front-end-policy', 'responderpolicy'],
  ['action', 'responderaction'],
  ['lbvserver', 'lbvserver'],
  ['service-group', 'servicegroup'],
  ['front-end-map', 'policystringmap'],
];

/** The type of data sets with networks. An earlier version's user may not read them, and has made none. */
const SOURCE_SET: readonly [ResourceRole, ResourceType] = ['source-set', 'policydataset'];

/**
 * Returns the removals of everything that this system made on an appliance, in their order (LIF-10). `server` objects
 * stay: others may use them. Objects without a mark that do not belong to a marked one are not seen.
 */
export async function planRemoval(reader: NitroReader, systemId: string): Promise<Change[]> {
  const names = namesOf(systemId);
  const context: InventoryContext = { system: systemId, names, drainSeconds: 0 };
  const marked = (
    await Promise.all(
      [...MARKED, SOURCE_SET].map(async ([role, type]) => {
        const filter = { comment: `/s=${systemId}/` };
        const rows =
          type === 'policydataset'
            ? await rowsIfAllowed(reader, type, { filter })
            : await reader.rows(type, { filter });
        return rows.filter((row) => isOurs(context, row.comment)).map((row) => toResource(role, type, row, []));
      }),
    )
  ).flat();
  const backends = marked.filter(({ type }) => type === 'lbvserver').map(({ id }) => String(id.name));
  const unmarked = await Promise.all([
    readNamed(reader, 'action', 'sslaction', backends),
    readNamed(reader, 'monitor', 'lbmonitor', backends),
    readNamed(reader, 'system', 'nstcpprofile', [names.tcpProfile]),
    readNamed(reader, 'system', 'sslcertkey', [names.certKey]),
    readProxyProfiles(reader, context),
    readChallengePolicies(reader, names, marked),
  ]);
  return order([...marked, ...unmarked.flat()].map((resource): Change => ({ op: 'remove', resource })));
}

/**
 * Reads what lets challenges through on front ends that have a policy of the responder for it (VAL-19). An earlier version's
 * user may not read the rest, and has made none.
 */
async function readChallengePolicies(
  reader: NitroReader,
  names: Names,
  marked: readonly Resource[],
): Promise<Resource[]> {
  const frontends = marked.flatMap(({ type, attributes }) =>
    type === 'csvserver' ? (parseMark(attributes.comment)?.frontend ?? []) : [],
  );
  const policies = new Set(marked.flatMap(({ type, id }) => (type === 'responderpolicy' ? [id.name] : [])));
  const found = frontends.map((frontend) => names.challenges(frontend)).filter((name) => policies.has(name));
  const read = await Promise.all([
    readNamed(reader, 'switching-action', 'csaction', found),
    readNamed(reader, 'switching-policy', 'cspolicy', found),
  ]);
  return read.flat();
}

/** Reads the objects of a type that has no mark, by their names. */
async function readNamed(
  reader: NitroReader,
  role: ResourceRole,
  type: ResourceType,
  names: readonly string[],
): Promise<Resource[]> {
  if (names.length === 0) return [];
  const [attribute] = TYPES[type].id;
  const rows = await reader.rows(type, { filter: { [attribute]: patternFor(names) } });
  return rows.filter((row) => names.includes(String(row[attribute]))).map((row) => toResource(role, type, row, []));
}

/** Returns a pattern of these names; one that matches everything when they do not fit a URL. */
function patternFor(names: readonly string[]): string {
  const exact = anyOf(names);
  return exact.length < LONGEST_PATTERN ? exact : '/.*/';
}

/** Folder of the placeholder's files. */
const LOCATION = '/nsconfig/ssl/';

export interface Removed {
  readonly done: number;
  /** Removals that the appliance refused, and why. */
  readonly refused: readonly Failure[];
  /** Foreign objects still refer to some of ours: a new plan shows what is left. */
  readonly left: boolean;
}

/** Removes the objects that {@link planRemoval} found. Running both again continues after an interruption. */
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
