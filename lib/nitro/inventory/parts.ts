import type { ResourceRole, ResourceType } from '../../netscaler/index.ts';
import { MEMBER } from '../facts.ts';
import type { NitroReader, NitroRow } from '../ports.ts';
import { asMonitor } from './as-made.ts';
import { memberLists } from './members.ts';

/** Objects of one back end of types without a comment: only their name shows whose they are. */
export interface Part {
  /** Rows of each of {@link UNMARKED}, in their order. */
  readonly lists: readonly (readonly NitroRow[])[];
  /** Members as the text that the graph compares; undefined without members. */
  readonly members: string | undefined;
}

/** Monitors that the appliance itself binds to a group without a monitor (V). */
const OF_ITS_OWN: readonly string[] = ['tcp-default', 'ping-default'];

interface Unmarked {
  readonly role: ResourceRole;
  readonly type: ResourceType;
  /** Attribute that holds the back end's name. */
  readonly by: string;
  /** Reduces a row to the attributes that are compared or that name it. */
  readonly shape: (row: NitroRow) => NitroRow;
}

export const UNMARKED: readonly Unmarked[] = [
  {
    role: 'group-binding',
    type: 'lbvserver_servicegroup_binding',
    by: 'name',
    shape: ({ name, servicegroupname, servicename }) => ({ name, servicegroupname: servicegroupname ?? servicename }),
  },
  { role: 'action', type: 'sslaction', by: 'name', shape: ({ name, forward }) => ({ name, forward }) },
  { role: 'monitor', type: 'lbmonitor', by: 'monitorname', shape: asMonitor },
  {
    role: 'monitor-binding',
    type: 'servicegroup_lbmonitor_binding',
    by: 'servicegroupname',
    shape: ({ servicegroupname, monitor_name }) => ({ servicegroupname, monitor_name }),
  },
];

const memberShape = ({ servicegroupname, ip, servername, port, weight, state, svrstate }: NitroRow): NitroRow => ({
  servicegroupname,
  ip: ip ?? servername,
  port,
  weight,
  state,
  svrstate,
});

/**
 * Reads the parts of back ends, by name.
 *
 * @param pattern PCRE that matches their names.
 * @param large the pattern may match many.
 */
export async function readParts(reader: NitroReader, pattern: string, large: boolean): Promise<Map<string, Part>> {
  const rowsNamed = (type: string, by: string, shape: Unmarked['shape']): Promise<NitroRow[]> =>
    reader.rows(type, { filter: { [by]: pattern }, large, shape });
  const [members, ...lists] = await Promise.all([
    rowsNamed(MEMBER, 'servicegroupname', memberShape),
    ...UNMARKED.map(({ type, by, shape }) => rowsNamed(type, by, shape)),
  ]);
  const parts = new Map<string, { lists: (readonly NitroRow[])[]; members: string | undefined }>();
  const partOf = (name: string) => {
    const part = parts.get(name) ?? { lists: UNMARKED.map(() => NONE), members: undefined };
    parts.set(name, part);
    return part;
  };
  for (const [list, { by }] of UNMARKED.entries()) {
    for (const row of lists[list] ?? []) {
      if (OF_ITS_OWN.includes(String(row.monitor_name))) continue;
      const part = partOf(String(row[by]));
      part.lists[list] = [...(part.lists[list] ?? NONE), row];
    }
  }
  for (const [group, text] of memberLists(members)) partOf(group).members = text;
  return parts;
}

const NONE: readonly NitroRow[] = [];
