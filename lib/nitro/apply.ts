import { factsOf, parseMembers, type Resource, removalArguments } from '../netscaler/index.ts';
import { batchChanges, type Change, type ChangeBatch, order, type Plan } from '../plan/index.ts';
import { type Applied, ApplyProgress, type Failure } from './apply-progress.ts';
import type { BegunPlan } from './begun-plan.ts';
import { itemOf } from './item.ts';
import { CallsUnderWay, mayOverlap } from './overlap.ts';
import type { ItemResult, NitroWriter, RemovalItem } from './ports.ts';

/** What happens beside the writing of a plan. */
interface ApplyOptions {
  /** Owners that failed before the plan is written. */
  readonly failed?: ReadonlyMap<string, readonly Failure[]>;
  /** What was written of the plan before it was whole. */
  readonly begun?: BegunPlan;
  /** The changes are in the order of writes already. */
  readonly isOrdered?: true;
}

/**
 * Writes a plan. A rejected change stops the owners that need it and nobody else: their remaining changes are skipped, so
 * that no host ever leads to a missing object.
 *
 * @param everyone owners in the plan: all of them fail with an object that all share.
 * @throws {NitroError} {NitroUnreachable} only for errors that concern the appliance as a whole.
 */
export async function apply(
  writer: NitroWriter,
  plan: Plan,
  everyone: readonly string[],
  { failed, begun, isOrdered }: ApplyOptions = {},
): Promise<Applied> {
  const progress = (begun?.progress ?? new ApplyProgress()).startPlan(everyone, failed);
  const ordered = isOrdered === true ? plan : order(plan);
  const batches = batchChanges(begun === undefined ? ordered : ordered.filter((change) => !begun.has(change)));
  const calls = new CallsUnderWay();
  for (let index = 0; index < batches.length; index++) {
    const batch = batches[index] as ChangeBatch;
    if (batch.op === 'members') {
      await calls.end();
      // Neighbouring lists are written in parallel.
      let end = index;
      while (batches[end + 1]?.op === 'members') end++;
      await writeMembers(writer, batches.slice(index, end + 1), progress);
      index = end;
      continue;
    }
    const before = batches[index - 1];
    await calls.start(before !== undefined && mayOverlap(before, batch), async () => {
      const changes = batch.changes.filter((change) => progress.shouldAttempt(change));
      const results = await write(writer, batch.op, changes);
      for (const [item, change] of changes.entries()) progress.record(change, results[item]);
    });
  }
  await calls.end();
  for (const change of progress.takeDeferred()) {
    const [result] = await write(writer, 'remove', [change]);
    progress.recordFinal(change, result);
  }
  return progress;
}

async function write(writer: NitroWriter, op: Change['op'], changes: readonly Change[]): Promise<ItemResult[]> {
  if (changes.length === 0) return [];
  switch (op) {
    case 'add':
      return writer.add(changes.map(({ resource }) => itemOf(resource)));
    case 'set':
      return writer.set(
        (changes[0] as Change).resource.type,
        changes.map(({ resource }) => itemOf(resource).body),
      );
    case 'enable':
      return writer.enable(
        (changes[0] as Change).resource.type,
        changes.map(({ resource }) => resource.id),
      );
    case 'unset':
      return writer.unset(
        (changes[0] as Change).resource.type,
        changes.map(({ resource }) => ({ ...resource.id, ...asFlags(resource.attributes) })),
      );
    default:
      return writer.remove(changes.map(({ resource }) => removal(resource)));
  }
}

async function writeMembers(
  writer: NitroWriter,
  lists: readonly ChangeBatch[],
  progress: ApplyProgress,
): Promise<void> {
  const changes = lists.flatMap((batch) => batch.changes).filter((change) => progress.shouldAttempt(change));
  const results = await writer.members(
    changes.map(({ resource }) => ({
      group: String(resource.id.servicegroupname),
      members: parseMembers(String(resource.attributes.members)),
    })),
  );
  for (const [index, change] of changes.entries()) {
    const failed = results[index]?.failed ?? [];
    if (failed.length > 0) progress.failedMembers.set(String(change.resource.id.servicegroupname), failed);
    progress.record(change, results[index]?.error);
  }
}

/** Returns the attributes to unset as NITRO takes them: `true` for each. */
function asFlags(attributes: Resource['attributes']): Record<string, true> {
  return Object.fromEntries(Object.keys(attributes).map((name) => [name, true]));
}

function removal(resource: Resource): RemovalItem {
  const [name, ...others] = factsOf(resource.type).id as readonly [string, ...string[]];
  return {
    type: resource.type,
    name: [name, String(resource.id[name])],
    args: {
      ...Object.fromEntries(others.map((field) => [field, resource.id[field] as string | number])),
      ...removalArguments(resource),
    },
  };
}
