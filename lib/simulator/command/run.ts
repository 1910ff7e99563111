import { ApplianceError } from '../errors.ts';
import { bindings } from '../schema/bindings.ts';
import type { ResourceSchema } from '../schema/resource.ts';
import { schemas } from '../schema/schema.ts';
import { bindingId, type StoredRow } from '../store/store.ts';
import { bind, unbind } from './bind.ts';
import type { Command, CommandOutcome } from './command.ts';
import type { Context } from './context.ts';
import { hooks } from './hooks.ts';
import { normalise } from './normalise.ts';
import * as objects from './objects.ts';
import { MEMBER, MEMBER_LIST, membersOf, setMemberList } from './servicegroups.ts';
import { system } from './system.ts';

export function schemaOf(kind: string): ResourceSchema {
  const found = schemas.get(kind);
  if (found === undefined) throw new ApplianceError(1232, kind);
  return found;
}

function allow(schema: ResourceSchema, operation: string): void {
  if (schema.operations.has(operation)) return;
  if (operation === 'update') throw new ApplianceError(1074, 'set command not present for this resource');
  throw new ApplianceError(1240);
}

const ACTIONS = new Set(['enable', 'disable', 'rename']);

/** Deletes an object or a binding: the key names it, the other attributes select. */
function runDelete(schema: ResourceSchema, body: unknown, context: Context): CommandOutcome {
  const { kind, key } = schema;
  allow(schema, 'delete');
  const row = normalise(schema, body, 'delete');
  const name = String(row[key] ?? '');
  if (name === '') throw new ApplianceError(1095, key);
  const { [key]: _, ...args } = row;
  if (kind === MEMBER_LIST) return removeAllMembers(name, row, context);
  if (kind === 'servicegroup_binding') {
    unbind(schemaOf(MEMBER), name, args, context);
  } else if (bindings[kind] !== undefined) {
    unbind(schema, name, args, context);
  } else {
    if (kind === 'lbmonitor' && row.type === undefined) throw new ApplianceError(1095, 'type');
    objects.remove(schema, name, context);
  }
  return {};
}

function removeAllMembers(name: string, row: StoredRow, context: Context): CommandOutcome {
  const group = context.store.object('servicegroup', name);
  if (group === undefined) throw new ApplianceError(258, ['servicegroupname', name]);
  if (group.autoscale !== 'API') throw new ApplianceError(257);
  if (row.members !== undefined) throw new ApplianceError(1090, 'members');
  for (const member of membersOf(context.store, name, {}))
    context.store.removeBinding(MEMBER, name, bindingId(MEMBER, member));
  return {};
}

function runAdd(schema: ResourceSchema, command: Command, context: Context): CommandOutcome {
  const { kind } = schema;
  allow(schema, 'add');
  const row = normalise(schema, command.body, 'add');
  if (kind === MEMBER_LIST) {
    const failed = setMemberList(row, context);
    if (failed.length === 0) return {};
    return {
      partial: 1442,
      fields: { [MEMBER_LIST]: [{ servicegroupname: row.servicegroupname, failedmembers: failed }] },
    };
  }
  if (bindings[kind] !== undefined) bind(schema, row, context);
  else if (command.idempotent === true) return { set: !objects.addOrSet(schema, row, context) };
  else objects.add(schema, row, context);
  return {};
}

/**
 * Runs one command completely or not at all.
 *
 * @throws {ApplianceError} when the command is refused; then nothing has changed
 */
export function run(command: Command, context: Context): CommandOutcome {
  const schema = schemaOf(command.kind);
  const operation = command.operation;
  return context.store.transaction((): CommandOutcome => {
    const special = system[command.kind]?.[operation];
    if (special !== undefined) return special(normalise(schema, command.body, 'action'), context) ?? {};
    const own = hooks[command.kind]?.actions?.[operation];
    if (own !== undefined) {
      own(normalise(schema, command.body, 'action'), context);
      return {};
    }
    switch (operation) {
      case 'add':
        return runAdd(schema, command, context);
      case 'delete':
        return runDelete(schema, command.body, context);
      case 'update':
        // PUT also writes the desired set of members.
        if (bindings[command.kind] !== undefined || command.kind === MEMBER_LIST)
          return runAdd(schema, command, context);
        allow(schema, 'update');
        objects.update(schema, normalise(schema, command.body, 'update'), context);
        return {};
      case 'unset':
        allow(schema, 'unset');
        objects.unset(schema, normalise(schema, command.body, 'unset'), context);
        return {};
      default:
        return runAction(schema, operation, command.body, context);
    }
  });
}

function runAction(schema: ResourceSchema, operation: string, body: unknown, context: Context): CommandOutcome {
  if (!ACTIONS.has(operation) || !schema.operations.has(operation)) throw new ApplianceError(1240);
  const row = normalise(schema, body, 'action');
  if (operation === 'rename') objects.rename(schema, row, context);
  else objects.setState(schema, row, operation === 'enable' ? 'ENABLED' : 'DISABLED', context);
  return {};
}
