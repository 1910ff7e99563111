import { namesOf } from '../netscaler/index.ts';
import {
  isOurs,
  type NitroItem,
  type NitroReader,
  type NitroRow,
  patternsOf,
  type RemovalItem,
} from '../nitro/index.ts';

/** Bind point at which hosts are told apart. */
export const HELLO = 'CLIENTHELLO_REQ';

const BINDING = 'sslvserver_sslpolicy_binding';

/** An SSL policy that is bound to a virtual server. */
export interface BankEntry {
  readonly policy: string;
  readonly priority: number;
  /** Bind point; the one at the ClientHello where the build does not say it. */
  readonly type: string;
  readonly ends: boolean;
  /** The policy itself; undefined where it was removed meanwhile. */
  readonly row: NitroRow | undefined;
  /** It has our mark. */
  readonly ours: boolean;
}

/** Reads the SSL policies that are bound to a virtual server, in the order of their priorities. */
export async function readBank(reader: NitroReader, systemId: string, server: string): Promise<BankEntry[]> {
  const bindings = await reader.rows(BINDING, { name: server });
  const policies = await readNamed(reader, 'sslpolicy', [...new Set(bindings.map((row) => String(row.policyname)))]);
  const context = { system: systemId, names: namesOf(systemId) };
  return bindings
    .map((binding): BankEntry => {
      const row = policies.get(String(binding.policyname));
      return {
        policy: String(binding.policyname),
        priority: Number(binding.priority),
        type: String(binding.type ?? HELLO),
        ends: endsWith(binding),
        row,
        ours: isOurs(context, row?.comment),
      };
    })
    .sort((a, b) => a.priority - b.priority);
}

function endsWith({ gotopriorityexpression, invoke }: NitroRow): boolean {
  const invoked = invoke === true || String(invoke).toLowerCase() === 'true';
  return !invoked && String(gotopriorityexpression ?? 'END').toUpperCase() === 'END';
}

/** Reads objects of a type by their names. */
export async function readNamed(
  reader: NitroReader,
  type: string,
  names: readonly string[],
): Promise<Map<string, NitroRow>> {
  const rows = await Promise.all(patternsOf(names).map((name) => reader.rows(type, { filter: { name } })));
  return new Map(rows.flat().map((row) => [String(row.name), row]));
}

/** Returns the item that binds a policy. */
export const binding = (vservername: string, policyname: string, priority: number): NitroItem => ({
  type: BINDING,
  body: { vservername, policyname, priority, type: HELLO },
});

/** Returns the item that unbinds a policy. */
export const unbinding = (server: string, policyname: string, priority: number): RemovalItem => ({
  type: BINDING,
  name: ['vservername', server],
  args: { policyname, type: HELLO, priority },
});
