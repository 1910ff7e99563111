import type { Command, CommandOutcome } from '../command/command.ts';
import { ApplianceError, type Warning } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import { bodyOf } from './body.ts';
import { type NitroReply, type NitroRequest, refusal, warned } from './exchange.ts';
import { type Adapted, adapt } from './legacy.ts';
import { authenticate, login, logout } from './login.ts';
import { type NodeOperations, nodeAction, singular } from './node-actions.ts';
import { commandText, permit, readText } from './permission.ts';
import { read } from './read.ts';
import { parseTarget } from './url.ts';
import { type CommandRunner, onErrorOf, write } from './write.ts';

function parseBody(request: NitroRequest): unknown {
  try {
    return bodyOf(request.body.toString()) ?? {};
  } catch {
    throw new ApplianceError(1233);
  }
}

/** Answers one request to a node. */
export async function control(
  request: NitroRequest,
  node: SimulatedNode,
  operations: NodeOperations,
): Promise<NitroReply> {
  const warnings: Warning[] = [];
  try {
    const target = parseTarget(request.url);
    if (target === undefined) return { status: 404, body: 'Not Found', headers: { 'Content-Type': 'text/plain' } };
    const { method } = request;
    if (!['GET', 'POST', 'PUT', 'DELETE'].includes(method)) throw new ApplianceError(1237, method, 405);
    const adapted = adapt(target, method === 'POST' || method === 'PUT' ? parseBody(request) : {});
    const answer = await dispatch(request, adapted, { node, operations, warnings });
    const wantsWarning = adapted.target.parameters.get('warning')?.toLowerCase() === 'yes';
    return wantsWarning ? warned(answer, warnings) : answer;
  } catch (error) {
    if (error instanceof ApplianceError) return refusal(error);
    throw error;
  }
}

interface ControlScope {
  readonly node: SimulatedNode;
  readonly operations: NodeOperations;
  /** Collects the warnings of commands. */
  readonly warnings: Warning[];
}

async function dispatch(request: NitroRequest, adapted: Adapted, scope: ControlScope): Promise<NitroReply> {
  const { method } = request;
  const { target, body, sessionId, onError } = adapted;
  const { node, operations, warnings } = scope;
  if (target.kind === 'login') {
    if (method !== 'POST') throw new ApplianceError(1240);
    return login(singular(body, 'login'), request, node);
  }
  if (target.kind === 'logout') return logout(singular(body, 'logout'), sessionId, request, node);
  const caller = authenticate(request, sessionId, node);
  if (method === 'GET') {
    permit(caller, readText(target), node);
    return node.coded(() => read(target, node.live(caller.partition), node));
  }
  if (target.area === 'stat') throw new ApplianceError(1237, method, 405);
  if (node.options.now() < node.syncingUntil) throw new ApplianceError(412);
  const action = await nodeAction({ target, body, caller, node, operations });
  if (action !== undefined) return action;
  const runner: CommandRunner = {
    run(command: Command): CommandOutcome {
      permit(caller, commandText(command), node);
      const outcome = node.run(command, caller.partition, warnings);
      operations.propagate(node, command, caller.partition, warnings);
      return outcome;
    },
    mayRead: (kind) => permit(caller, readText({ ...target, kind }), node),
  };
  const header = request.headers['x-nitro-onerror'];
  const asked = onErrorOf((Array.isArray(header) ? header[0] : header) ?? onError);
  return write({ method, target, body, onError: asked }, { runner, node, partition: caller.partition });
}
