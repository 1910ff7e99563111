import { randomBytes } from 'node:crypto';
import { type ResourceType, TYPES } from '../../netscaler/index.ts';
import {
  type ItemResult,
  NitroError,
  type NitroItem,
  type NitroRow,
  type NitroWriter,
  type PermittedOperation,
} from '../../nitro/index.ts';
import { writeCommands } from './write-permissions.ts';

/** Operations that cannot change anything if the object does not exist, and how each is sent. */
const SENT: Partial<Record<PermittedOperation, (writer: NitroWriter, attempt: Attempt) => Promise<ItemResult[]>>> = {
  set: (writer, { type, row }) => writer.set(type, [row]),
  unset: (writer, { type, row, key }) => writer.unset(type, [{ [key]: row[key], comment: true }]),
  enable: (writer, { type, row }) => writer.enable(type, [row]),
  remove: (writer, { type, row, key }) => {
    const { [key]: name, ...args } = row;
    return writer.remove([{ type, name: [key, String(name)], args: args as Record<string, string> }]);
  },
};

interface Attempt {
  readonly type: string;
  /** Attribute of the name, or of the parent's. */
  readonly key: string;
  readonly row: NitroRow;
}

/**
 * Sends writes for names that do not exist. The appliance refuses each: because the user may not, or because there is
 * nothing to write to. Adding an object, saving, and what else would change something is not sent.
 *
 * A permission is checked before the object is looked for: so the simulator, and (V) the appliance.
 *
 * @returns command → whether it is allowed, for what was sent.
 */
export async function tryWrites(writer: NitroWriter, systemId: string): Promise<Map<string, 'allowed' | 'denied'>> {
  const name = `${systemId}-doctor-${randomBytes(6).toString('hex')}`;
  const verdicts = new Map<string, 'allowed' | 'denied'>();
  for (const { type, operation, command } of writeCommands(false)) {
    if (!Object.hasOwn(TYPES, type)) continue;
    const attempt = attemptOf(type as ResourceType, name);
    const binds = operation === 'add' && type.endsWith('_binding');
    const send = binds ? bind : SENT[operation];
    if (send === undefined || type.endsWith('memberlist_binding')) continue;
    verdicts.set(command, (await denied(() => send(writer, attempt))) ? 'denied' : 'allowed');
  }
  return verdicts;
}

/** Binds to a parent that does not exist. */
const bind = (writer: NitroWriter, { type, row }: Attempt): Promise<ItemResult[]> =>
  writer.add([{ type, body: row } satisfies NitroItem]);

function attemptOf(type: ResourceType, name: string): Attempt {
  const { id } = TYPES[type];
  const row = Object.fromEntries(id.map((attribute) => [attribute, VALUES[attribute] ?? name]));
  return { type, key: id[0], row };
}

/** Values of identity attributes that are not names. */
const VALUES: Readonly<Record<string, string>> = { type: 'TCP', bindpoint: 'REQUEST', key: 'doctor.invalid' };

async function denied(send: () => Promise<ItemResult[]>): Promise<boolean> {
  try {
    const [result] = await send();
    return result?.kind === 'denied';
  } catch (error) {
    if (!(error instanceof NitroError) || error.transient) throw error;
    return error.kind === 'denied';
  }
}
