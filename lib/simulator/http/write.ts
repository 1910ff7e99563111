import { LOWER_LIMITS } from '../behaviour.ts';
import type { Command, CommandOutcome } from '../command/command.ts';
import { parentKey } from '../command/objects.ts';
import { schemaOf } from '../command/run.ts';
import { MEMBER_LIST } from '../command/servicegroups.ts';
import { ApplianceError, messageOf } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import { bindings } from '../schema/bindings.ts';
import { done, errorBody, type NitroReply } from './exchange.ts';
import { batchQuery, readFields } from './read.ts';
import { parseArgs, type RequestTarget } from './url.ts';

type OnError = 'exit' | 'continue' | 'rollback';

/** Runs commands and reads with the caller's permissions. */
export interface CommandRunner {
  /**
   * Runs one command.
   *
   * @throws {ApplianceError} 2138 when the caller may not run it
   */
  readonly run: (command: Command) => CommandOutcome;
  /** @throws {ApplianceError} 2138 when the caller may not read the kind */
  readonly mayRead: (kind: string) => void;
}

/** The caller, and the partition that a request writes to. */
interface WriteScope {
  readonly runner: CommandRunner;
  readonly node: SimulatedNode;
  readonly partition: string;
}

/** A parsed request that writes. */
interface WriteRequest {
  readonly method: string;
  readonly target: RequestTarget;
  readonly body: unknown;
  readonly onError: OnError;
}

export function onErrorOf(header: string | undefined): OnError {
  const value = (header ?? 'exit').toLowerCase();
  if (value === 'exit' || value === 'continue' || value === 'rollback') return value;
  throw new ApplianceError(1097, header);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ok = { errorcode: 0, message: 'Done', severity: 'NONE' };

interface BulkResult {
  readonly responses: Record<string, unknown>[];
  readonly failed: boolean;
}

function respond(outcome: CommandOutcome): Record<string, unknown> {
  if (outcome.partial === undefined) return { ...ok, ...outcome.fields };
  return { ...errorBody({ code: outcome.partial, message: messageOf(outcome.partial) }), ...outcome.fields };
}

/** Runs commands one after the other; `onError` says what a failure does to the others. */
function perform(commands: Iterable<Command>, onError: OnError, { runner, node, partition }: WriteScope): BulkResult {
  const { store } = node.live(partition);
  const responses: Record<string, unknown>[] = [];
  const undos: (() => void)[] = [];
  let failed = false;
  for (const command of commands) {
    try {
      const { result, undo } = store.recorded(() => runner.run(command));
      undos.push(undo);
      failed ||= result.partial !== undefined;
      responses.push(respond(result));
    } catch (error) {
      if (!(error instanceof ApplianceError)) throw error;
      failed = true;
      responses.push(errorBody(error));
      if (onError !== 'continue' || !node.options.behaviour['bulk-continues']) break;
    }
  }
  if (failed && onError === 'rollback') for (const undo of undos.reverse()) undo();
  return { responses, failed };
}

function bulkAnswer(result: BulkResult, status: number): NitroReply {
  if (!result.failed) return done(status);
  return {
    status: 207,
    body: { ...errorBody({ code: 1243, message: messageOf(1243) }), response: result.responses },
  };
}

/** Returns the command of one object, or those of an array in bulk. */
function commandsOf(
  kind: string,
  operation: string,
  given: unknown,
  idempotent: boolean,
): { commands: Command[]; bulk: boolean } {
  const command = (body: unknown): Command => ({ kind, operation, body, idempotent });
  if (Array.isArray(given)) return { commands: given.map(command), bulk: true };
  return { commands: [command(given)], bulk: false };
}

/** Adds the name in the path when the body does not have it. */
function withName(kind: string, given: unknown, name: string | undefined): unknown {
  if (name === undefined || !isObject(given)) return given;
  const { key } = schemaOf(kind);
  const has = Object.keys(given).some((attribute) => attribute.toLowerCase() === key);
  return key === '' || has ? given : { [key]: name, ...given };
}

/** Maps actions to operations with another name; older clients delete in bulk with `rm`. */
const ACTION_OPERATIONS: Readonly<Record<string, string>> = { update: 'change', rm: 'delete' };

function operationOf(method: string, action: string | undefined): string {
  const name = action?.toLowerCase();
  if (name !== undefined) return ACTION_OPERATIONS[name] ?? name;
  return method === 'PUT' ? 'update' : 'add';
}

function statusOfWrite(kind: string, method: string, action: string | undefined): number {
  if (action !== undefined) return 200;
  return method === 'POST' || bindings[kind] !== undefined || kind.endsWith('memberlist_binding') ? 201 : 200;
}

function macro(request: WriteRequest, scope: WriteScope): NitroReply {
  const { body, method, target } = request;
  if (!isObject(body)) throw new ApplianceError(1233);
  const action = target.parameters.get('action')?.toLowerCase();
  const operation = action === 'remove' ? 'delete' : operationOf(method, action);
  const idempotent = target.parameters.get('idempotent') === 'yes';
  const { behaviour } = scope.node.options;
  if (!behaviour[operation === 'delete' ? 'macro-removes' : 'macro-adds']) throw new ApplianceError(1240);
  const commands = Object.entries(body).flatMap(
    ([kind, given]) => commandsOf(kind, operation, given, idempotent).commands,
  );
  return bulkAnswer(perform(commands, request.onError, scope), method === 'POST' && action === undefined ? 201 : 200);
}

const BATCH_OPERATIONS: Readonly<Record<string, string>> = {
  REMOVE: 'delete',
  ADD: 'add',
  BIND: 'add',
  UNBIND: 'delete',
  SET: 'update',
  UPDATE: 'update',
};

function batch(request: WriteRequest, scope: WriteScope): NitroReply {
  if (!scope.node.options.behaviour['batch-reads']) throw new ApplianceError(1232, 'batchapi');
  const items = isObject(request.body) ? request.body.batchapi : undefined;
  if (!Array.isArray(items)) throw new ApplianceError(1233);
  const action = request.target.parameters.get('action')?.toUpperCase();
  const reads =
    action === 'GET' || items.every((item) => isObject(item) && String(item.action ?? '').toUpperCase() === 'GET');
  if (reads && items.length > 0) return batchRead(items, scope);
  const commands = items.map((item): Command => {
    if (!isObject(item) || typeof item.type !== 'string') throw new ApplianceError(1234);
    const name = String(item.action ?? action ?? 'ADD').toUpperCase();
    return { kind: item.type, operation: BATCH_OPERATIONS[name] ?? name.toLowerCase(), body: item.properties ?? {} };
  });
  const result = perform(commands, request.onError, scope);
  const head = result.failed ? errorBody({ code: 1243, message: messageOf(1243) }) : ok;
  return { status: result.failed ? 207 : 201, body: { ...head, batchapi: result.responses } };
}

function batchRead(items: readonly unknown[], scope: WriteScope): NitroReply {
  const results = items.map((item) => {
    try {
      if (!isObject(item) || typeof item.type !== 'string') throw new ApplianceError(1234);
      const asked = item.type.endsWith('_binding') && !scope.node.options.behaviour['bindings-in-batches'];
      if (asked) throw new ApplianceError(1095, 'Name argument required for binding object');
      scope.runner.mayRead(item.type);
      return { ...ok, ...readFields(item.type, batchQuery(item), scope.node.live(scope.partition), scope.node) };
    } catch (error) {
      if (!(error instanceof ApplianceError)) throw error;
      return errorBody(error);
    }
  });
  return done(200, { batchapi: results });
}

function remove(request: WriteRequest, runner: CommandRunner): NitroReply {
  const { target } = request;
  const { kind } = target;
  const schema = schemaOf(kind);
  const args = parseArgs(target.parameters.get('args'));
  const key = bindings[kind] === undefined ? schema.key : parentKey(kind);
  const name = target.name ?? args[key];
  const allowed = new Set([key, ...schema.deleteArgs, ...schema.attributes.keys()]);
  for (const argument of Object.keys(args)) if (!allowed.has(argument)) throw new ApplianceError(1090, argument);
  runner.run({ kind, operation: 'delete', body: { ...args, ...(name === undefined ? {} : { [key]: name }) } });
  return done(200);
}

/** Returns the commands of a bulk call that the simulated build carries out. */
function inBulk(kind: string, commands: readonly Command[], { node }: WriteScope): readonly Command[] {
  const { behaviour } = node.options;
  if (!behaviour['bulk-items'] && commands.length > LOWER_LIMITS.bulk) throw new ApplianceError(1112);
  const lists = behaviour['member-lists-together'];
  if (kind !== MEMBER_LIST || commands.length < 2 || lists === 'both') return commands;
  if (lists === 'refused') throw new ApplianceError(1234);
  return commands.slice(0, 1);
}

function single(request: WriteRequest, scope: WriteScope): NitroReply {
  const { body, method, target } = request;
  const { kind } = target;
  schemaOf(kind);
  if (!isObject(body)) throw new ApplianceError(1233);
  const key = Object.keys(body).find((one) => one.toLowerCase() === kind);
  if (key === undefined) throw new ApplianceError(1232, Object.keys(body)[0] ?? kind, 400);
  const action = target.parameters.get('action');
  const idempotent = target.parameters.get('idempotent') === 'yes';
  const operation = operationOf(method, action);
  const status = statusOfWrite(kind, method, action);
  const { commands, bulk } = commandsOf(kind, operation, withName(kind, body[key], target.name), idempotent);
  if (bulk) return bulkAnswer(perform(inBulk(kind, commands, scope), request.onError, scope), status);
  const outcome = scope.runner.run(commands[0]!);
  if (outcome.partial === undefined) return done(outcome.set === true ? 200 : status, outcome.fields);
  return { status: 599, body: respond(outcome) };
}

/** Handles POST, PUT and DELETE under `/nitro/v1/config`. */
export function write(request: WriteRequest, scope: WriteScope): NitroReply {
  const { method, target } = request;
  if (method === 'DELETE') return remove(request, scope.runner);
  if (target.kind === 'macroapi') return macro(request, scope);
  if (target.kind === 'batchapi') return batch(request, scope);
  return single(request, scope);
}
