import { factsOf, isBinding, parseMembers, type Resource, removalArguments } from '../netscaler/index.ts';
import { batchChanges, type Change, type ChangeBatch, order, type Plan } from '../plan/index.ts';
import { NitroError } from './errors.ts';
import type { GroupMember, ItemResult, NitroItem, NitroRow, NitroWriter, RemovalItem } from './ports.ts';

/** Why an owner's changes were not all written. */
export interface Failure {
  /** Absent where the record of the owner could not be written. */
  readonly change?: Change;
  readonly error: NitroError;
}

export interface Applied {
  /** Written, in order. */
  readonly done: readonly Change[];
  /** Owner's key → what the appliance refused for it. */
  readonly failures: ReadonlyMap<string, readonly Failure[]>;
  /** Owners for whom the appliance was not as the ledger had it: to be read and planned again. */
  readonly outdatedOwners: ReadonlySet<string>;
  /** What surprised each of them first: what follows may only be its consequence. */
  readonly outdatedCause: ReadonlyMap<string, Failure>;
  /** Members that the appliance could not bind, by group. */
  readonly failedMembers: ReadonlyMap<string, readonly GroupMember[]>;
}

/** `Maximum resource limit reached`. */
const LIMIT_REACHED = 1072;

/**
 * Writes a plan. A refused item sinks the owners who need it and nobody else: what they would still have got is left
 * out, so that no host ever leads to something half made.
 *
 * @param everyone owners in the plan: those who suffer when something fails that all share.
 * @param failed owners who failed before anything of the plan is written.
 * @throws {NitroError} {NitroUnreachable} only for what concerns the appliance as a whole.
 */
export async function apply(
  writer: NitroWriter,
  plan: Plan,
  everyone: readonly string[],
  failed: ReadonlyMap<string, readonly Failure[]> = new Map(),
): Promise<Applied> {
  const state = new ApplyProgress(everyone, failed);
  const packed = batchChanges(order(plan));
  for (let index = 0; index < packed.length; index++) {
    const call = packed[index] as ChangeBatch;
    if (call.op === 'members') {
      // Neighbouring lists go side by side.
      let end = index;
      while (packed[end + 1]?.op === 'members') end++;
      await writeMembers(writer, packed.slice(index, end + 1), state);
      index = end;
      continue;
    }
    const changes = call.changes.filter((change) => state.shouldAttempt(change));
    const results = await write(writer, call.op, changes);
    changes.forEach((change, item) => {
      state.record(change, results[item]);
    });
  }
  // What was still referenced when its turn came may be free now.
  for (const change of state.later.splice(0)) {
    const [result] = await write(writer, 'remove', [change]);
    state.record(change, result, true);
  }
  return state;
}

class ApplyProgress implements Applied {
  readonly done: Change[] = [];
  readonly failures: Map<string, Failure[]>;
  readonly outdatedOwners = new Set<string>();
  readonly outdatedCause = new Map<string, Failure>();
  readonly failedMembers = new Map<string, readonly GroupMember[]>();
  readonly later: Change[] = [];
  readonly #everyone: readonly string[];

  constructor(everyone: readonly string[], failed: ReadonlyMap<string, readonly Failure[]>) {
    this.#everyone = everyone;
    this.failures = new Map([...failed].map(([owner, list]) => [owner, [...list]]));
  }

  /**
   * Whether it is to be written: somebody who needs it has not failed, and of what is removed nobody who had it has.
   * What is left out holds back all whose change it is: theirs is not finished.
   */
  shouldAttempt(change: Change): boolean {
    const { op, resource } = change;
    const { owners } = resource;
    const stopped = owners.filter((owner) => this.outdatedOwners.has(owner) || this.failures.has(owner));
    const dropped = op === 'remove' ? stopped.length > 0 : stopped.length === owners.length && owners.length > 0;
    if (!dropped) return !this.refused(change);
    for (const other of [...owners, ...(resource.alsoFor ?? [])]) this.#propagate(other, stopped);
    return false;
  }

  /** For the reason that stopped those whom it waited for. */
  #propagate(owner: string, stopped: readonly string[]): void {
    if (this.outdatedOwners.has(owner) || this.failures.has(owner)) return;
    const failure = stopped.flatMap((one) => this.failures.get(one) ?? [])[0];
    if (failure === undefined) this.outdatedOwners.add(owner);
    else this.failures.set(owner, [failure]);
    const cause = stopped.flatMap((one) => this.outdatedCause.get(one) ?? [])[0];
    if (cause !== undefined && !this.outdatedCause.has(owner)) this.outdatedCause.set(owner, cause);
  }

  /** What cannot even be tried fails as if the appliance had said so. */
  refused(change: Change): boolean {
    if (change.refused === undefined) return false;
    this.record(change, new NitroError('bind policy', LIMIT_REACHED, 599, change.refused));
    return true;
  }

  record(change: Change, result: ItemResult, last = false): void {
    const { op, resource } = change;
    if (result === undefined || settled(op, resource, result)) {
      this.done.push(change);
    } else if (op === 'remove' && result.kind === 'referenced' && !last) {
      this.later.push(change);
    } else {
      const concerned = [...resource.owners, ...(resource.alsoFor ?? [])];
      const owners = concerned.length === 0 ? this.#everyone : concerned;
      const surprise = ['exists', 'gone', 'priority', 'referenced'].includes(result.kind);
      for (const owner of owners) {
        if (surprise) {
          this.outdatedOwners.add(owner);
          if (!this.outdatedCause.has(owner)) this.outdatedCause.set(owner, { change, error: result });
        } else {
          const list = this.failures.get(owner) ?? [];
          list.push({ change, error: result });
          this.failures.set(owner, list);
        }
      }
    }
  }
}

/** Errors that mean: it is already as we want it. */
function settled(op: Change['op'], resource: Resource, error: NitroError): boolean {
  if (op === 'remove') return error.kind === 'gone';
  // What exists once for the system is the same whoever made it; a binding that is there is there.
  const same = resource.role === 'system' || resource.role === 'system-policy' || isBinding(resource.type);
  return op === 'add' && error.kind === 'exists' && same;
}

async function write(writer: NitroWriter, op: Change['op'], changes: readonly Change[]): Promise<ItemResult[]> {
  if (changes.length === 0) return [];
  switch (op) {
    case 'add':
      return writer.add(changes.map(({ resource }) => item(resource)));
    case 'set':
      return writer.set(
        (changes[0] as Change).resource.type,
        changes.map(({ resource }) => item(resource).body),
      );
    case 'enable':
      return writer.enable(
        (changes[0] as Change).resource.type,
        changes.map(({ resource }) => resource.id),
      );
    case 'unset':
      return writer.unset(
        (changes[0] as Change).resource.type,
        changes.map(({ resource }) => ({ ...resource.id, ...named(resource.attributes) })),
      );
    default:
      return writer.remove(changes.map(({ resource }) => removal(resource)));
  }
}

async function writeMembers(writer: NitroWriter, lists: readonly ChangeBatch[], state: ApplyProgress): Promise<void> {
  const changes = lists.flatMap((call) => call.changes).filter((change) => state.shouldAttempt(change));
  const results = await writer.members(
    changes.map(({ resource }) => ({
      group: String(resource.id.servicegroupname),
      members: parseMembers(String(resource.attributes.members)),
    })),
  );
  for (const [index, change] of changes.entries()) {
    const failed = results[index]?.failed ?? [];
    if (failed.length > 0) state.failedMembers.set(String(change.resource.id.servicegroupname), failed);
    state.record(change, results[index]?.error);
  }
}

/** What is to be unset: `true` for each attribute. */
function named(attributes: Resource['attributes']): Record<string, true> {
  return Object.fromEntries(Object.keys(attributes).map((name) => [name, true]));
}

/** Attributes that NITRO takes as lists; in the graph they are one text of items and commas. */
const LISTS: Readonly<Record<string, readonly string[]>> = { lbmonitor: ['respcode'] };

function item({ type, id, attributes }: Resource): NitroItem {
  const body: NitroRow = { ...id, ...attributes };
  const lists = (LISTS[type] ?? []).filter((name) => body[name] !== undefined);
  if (lists.length === 0) return { type, body };
  const split = lists.map((name) => [
    name,
    String(body[name])
      .split(',')
      .map((entry) => entry.trim()),
  ]);
  return { type, body: { ...body, ...Object.fromEntries(split) } };
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
