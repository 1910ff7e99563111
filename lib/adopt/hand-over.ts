import type { IngressState } from '../contract/index.ts';
import { decodeClaims } from '../ledger/index.ts';
import { frontendMark, namesOf } from '../netscaler/index.ts';
import { frontendKey } from '../route/index.ts';
import { readBank, unbinding } from './bank.ts';
import { restrictedTo } from './candidates.ts';
import { type AdoptContext, AdoptionStopped, done } from './context.ts';
import type { Incumbent, IncumbentServer } from './incumbent.ts';
import { type LeftoverReport, leftoversOf, removeLeftovers } from './leftovers.ts';
import { ourName, removeStandIns, writeRecord } from './make-room.ts';
import { changed, claimedHosts, frontendRows, verifyOurs } from './move-host.ts';
import { leftoverKey, standInName, stepRow } from './record.ts';

/**
 * Hands a front end over, once all its hosts are ours. There is no way back from its first write on.
 *
 * 1. Records the step, and what is left of the incumbent's.
 * 2. Renames the csvserver, and marks it: it keeps its address, its connections and its policies.
 * 3. Lets the engine compare and complete it: gate, last reset, certificate.
 * 4. Unbinds and removes what stood for the incumbent's policies, then its leftovers.
 *
 * Running it again continues. @param states of the Ingresses that have hosts on it.
 */
export async function handOver(
  context: AdoptContext,
  incumbent: Incumbent,
  server: IncumbentServer,
  states: readonly IngressState[],
): Promise<LeftoverReport> {
  const own = ourName(context, server);
  if (server.record?.step !== 'handing-over') {
    const leftovers = leftoversOf(context, incumbent, server).map((leftover) => ({
      key: leftoverKey(leftover),
      value: 'left',
    }));
    await writeRecord(context, server, [...leftovers, stepRow('handing-over', server.frontend, server.name)]);
  }
  if (server.name !== own) await context.rename(server.name, own);
  const { systemId } = context.engine.settings;
  done(await context.engine.writer.set('csvserver', [{ name: own, comment: frontendMark(systemId, server.frontend) }]));
  await complete(context, server, states);
  await clear(context, server);
  return removeLeftovers(context, server);
}

/** Lets the engine complete the front end, by what its Ingresses have on it. */
async function complete(
  context: AdoptContext,
  { frontend }: IncumbentServer,
  states: readonly IngressState[],
): Promise<void> {
  const rows = await frontendRows(context, frontend);
  const owners = new Map(decodeClaims(rows, frontendKey(frontend)).map(({ owner }) => [nameOf(owner), owner]));
  const known = states.filter((state) => owners.has(nameOf(state)));
  const missing = [...owners.keys()].filter((name) => known.every((state) => nameOf(state) !== name));
  if (missing.length > 0) {
    throw new AdoptionStopped(`${missing.join(', ')} has hosts here and is not among the Ingresses that were read`);
  }
  const events = known.flatMap((state) => {
    const owner = owners.get(nameOf(state));
    if (owner === undefined) return [];
    return changed(context, restrictedTo(state, new Set(claimedHosts(rows, frontend, owner, state))));
  });
  for (let begin = 0; begin < events.length; begin += AT_ONCE) {
    await verifyOurs(context, events.slice(begin, begin + AT_ONCE));
  }
}

/** Ingresses in one plan. */
const AT_ONCE = 50;

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

/** Unbinds what is not ours of the front end, and removes the stand-ins. @throws {AdoptionStopped} it is not closed yet. */
async function clear(context: AdoptContext, server: IncumbentServer): Promise<void> {
  const { reader, writer, settings } = context.engine;
  const names = namesOf(settings.systemId);
  const own = ourName(context, server);
  const bank = await readBank(reader, settings.systemId, own);
  for (const policy of [names.gate(server.frontend), names.reset]) {
    if (bank.some((entry) => entry.policy === policy)) continue;
    throw new AdoptionStopped(`${policy} is not bound to ${own}: nothing of the incumbent's was removed`);
  }
  const theirs = bank.filter(({ ours }) => !ours);
  for (const { policy, priority } of theirs) done(await writer.remove([unbinding(own, policy, priority)]), ['gone']);
  const standIns = (server.record?.bound ?? []).map(({ priority }) =>
    standInName(settings.systemId, server.frontend, priority),
  );
  await removeStandIns(context, standIns);
  await unbindCertificates(context, own);
}

/** Unbinds the incumbent's certificates. The objects stay: its other servers may use them. */
async function unbindCertificates(context: AdoptContext, server: string): Promise<void> {
  const { reader, writer, settings } = context.engine;
  const type = 'sslvserver_sslcertkey_binding';
  const rows = await reader.rows(type, { name: server });
  const theirs = rows.filter(({ certkeyname }) => String(certkeyname).startsWith(`${context.prefix}-`));
  if (!rows.some(({ certkeyname }) => certkeyname === namesOf(settings.systemId).certKey)) return;
  for (const { certkeyname, snicert } of theirs) {
    const args: Record<string, string> = {
      certkeyname: String(certkeyname),
      ...(snicert === true || snicert === 'true' ? { snicert: 'true' } : {}),
    };
    done(await writer.remove([{ type, name: ['vservername', server], args }]), ['gone', 'refused']);
  }
}
