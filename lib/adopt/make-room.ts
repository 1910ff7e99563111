import { LIMITS, namesOf } from '../netscaler/index.ts';
import { binding, unbinding } from './bank.ts';
import { type AdoptContext, done } from './context.ts';
import type { IncumbentPolicy, IncumbentServer } from './incumbent.ts';
import { bindingRow, recordComment, recordName, standInName, stepRow } from './record.ts';
import { originalsOf, restorePlan, roomPlan } from './room.ts';

const MAP = 'policystringmap';
const ROW = 'policystringmap_pattern_binding';

/**
 * Records how the incumbent's policies are bound, and puts stand-ins for them behind ours (`room.ts`). No connection goes
 * anywhere else because of it. Running it again continues.
 */
export async function makeRoom(context: AdoptContext, server: IncumbentServer): Promise<void> {
  const { writer, settings } = context.engine;
  const { systemId } = settings;
  const map = recordName(systemId, server.frontend);
  if (server.record === undefined) {
    const rows = [...originalsOf(server).map(bindingRow), stepRow('shared', server.frontend, server.name)];
    done(await writer.add([{ type: MAP, body: { name: map, comment: recordComment(systemId) } }]), ['exists']);
    done(await writer.add(rows.map((row) => ({ type: ROW, body: { name: map, ...row } }))));
  }
  const { bind, unbind } = roomPlan(server);
  if (bind.length > 0) {
    const named = bind.map(({ of, priority }) => ({
      of,
      priority,
      name: standInName(systemId, server.frontend, of.priority),
    }));
    done(await writer.add(named.map(({ of, name }) => ({ type: 'sslpolicy', body: standIn(of, name) }))), ['exists']);
    done(await writer.add(named.map(({ name, priority }) => binding(server.name, name, priority))), ['exists']);
  }
  await unbindInOrder(context, server.name, unbind);
}

/** A policy of the same rule and action. */
function standIn({ name, rule, action, undefAction }: IncumbentPolicy, own: string): Record<string, string> {
  const comment = `nspass adopt: stands for ${name}`.slice(0, LIMITS.comment);
  return { name: own, rule, action, comment, ...(undefAction === undefined ? {} : { undefaction: undefAction }) };
}

/** Unbinds policies one by one: the appliance may take the items of one call in any order (V). */
async function unbindInOrder(
  { engine: { writer } }: AdoptContext,
  server: string,
  policies: readonly IncumbentPolicy[],
): Promise<void> {
  for (const { name, priority } of policies) done(await writer.remove([unbinding(server, name, priority)]), ['gone']);
}

/**
 * Binds the incumbent's own policies again as they were, and removes stand-ins and record: the appliance is as it was
 * before the take-over began.
 */
export async function restore(context: AdoptContext, server: IncumbentServer): Promise<void> {
  const { writer, settings } = context.engine;
  for (const { policy, priority } of restorePlan(server)) {
    done(await writer.add([binding(server.name, policy, priority)]), ['exists']);
  }
  const standIns = server.policies.filter(({ standsFor }) => standsFor !== undefined);
  await unbindInOrder(context, server.name, standIns);
  const names = (server.record?.bound ?? []).map(({ priority }) =>
    standInName(settings.systemId, server.frontend, priority),
  );
  await removeStandIns(context, names);
  await removeMap(context, recordName(settings.systemId, server.frontend));
}

export async function removeStandIns({ engine: { writer } }: AdoptContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  done(await writer.remove(names.map((name) => ({ type: 'sslpolicy', name: ['name', name] as const, args: {} }))), [
    'gone',
  ]);
}

export async function removeMap({ engine: { writer } }: AdoptContext, name: string): Promise<void> {
  done(await writer.remove([{ type: MAP, name: ['name', name], args: {} }]), ['gone']);
}

/** Writes rows of a front end's record. */
export async function writeRecord(
  { engine: { writer, settings } }: AdoptContext,
  { frontend }: Pick<IncumbentServer, 'frontend'>,
  rows: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  const name = recordName(settings.systemId, frontend);
  done(await writer.add(rows.map((row) => ({ type: ROW, body: { name, ...row } }))), ['exists']);
}

/** Removes a row of a front end's record. */
export async function removeRow(
  { engine: { writer, settings } }: AdoptContext,
  { frontend }: Pick<IncumbentServer, 'frontend'>,
  key: string,
): Promise<void> {
  const name = recordName(settings.systemId, frontend);
  done(await writer.remove([{ type: ROW, name: ['name', name], args: { key } }]), ['gone']);
}

/** Returns the name that a front end has when it is ours. */
export const ourName = ({ engine }: AdoptContext, { frontend }: Pick<IncumbentServer, 'frontend'>): string =>
  namesOf(engine.settings.systemId).csvserver(frontend);
