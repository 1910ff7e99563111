import { NitroError, type NitroReader, type NitroRow } from '../../nitro/index.ts';
import { type BoundPolicy, EVERYTHING } from './write-permissions.ts';

/** The vendor's default administrator, whose rights no policy can change. */
const ADMINISTRATOR = 'nsroot';

/**
 * Reads the command policies of a user, those of the groups included.
 *
 * @returns in the order of their priorities; a sentence if they cannot be read.
 */
export async function boundPolicies(reader: NitroReader, username: string): Promise<readonly BoundPolicy[] | string> {
  if (username === ADMINISTRATOR) return [EVERYTHING];
  try {
    const own = await reader.rows('systemuser_systemcmdpolicy_binding', { name: username });
    const bindings = [...own, ...(await ofGroups(reader, username))];
    if (bindings.length === 0) return 'no command policy is bound to the user: an external group may grant permissions';
    const specs = new Map((await reader.rows('systemcmdpolicy')).map((row) => [String(row.policyname), row]));
    return bindings
      .sort((a, b) => Number(a.priority) - Number(b.priority))
      .map(({ policyname }) => policyOf(String(policyname), specs.get(String(policyname))));
  } catch (error) {
    if (error instanceof NitroError && !error.transient) return 'the user may not read its own command policies';
    throw error;
  }
}

function policyOf(name: string, row: NitroRow | undefined): BoundPolicy {
  if (name === EVERYTHING.name) return EVERYTHING;
  return {
    name,
    allows: String(row?.action ?? 'ALLOW').toUpperCase() === 'ALLOW',
    spec: row?.cmdspec === undefined ? undefined : String(row.cmdspec),
  };
}

async function ofGroups(reader: NitroReader, username: string): Promise<NitroRow[]> {
  const rows: NitroRow[] = [];
  try {
    for (const { groupname } of await reader.rows('systemuser_systemgroup_binding', { name: username })) {
      rows.push(...(await reader.rows('systemgroup_systemcmdpolicy_binding', { name: String(groupname) })));
    }
  } catch (error) {
    // The user's own policies decide where groups cannot be read.
    if (!(error instanceof NitroError) || error.transient) throw error;
  }
  return rows;
}
