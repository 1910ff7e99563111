import type { Command, CommandOutcome } from '../command/command.ts';
import { ApplianceError, type Warning } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import { done, type NitroReply, type NitroRequest, refusal, warned } from './exchange.ts';
import { type Adapted, adapt } from './legacy.ts';
import { authenticate, type Caller, login, logout } from './login.ts';
import { commandText, permit, readText } from './permission.ts';
import { read } from './read.ts';
import { parseTarget, type RequestTarget } from './url.ts';
import { type CommandRunner, onErrorOf, write } from './write.ts';

/** Operations that go beyond one node: they touch its peer or the packet engine. */
export interface NodeOperations {
  reboot(node: SimulatedNode): void;
  /** Saves the peer after a save of the node. */
  saved(node: SimulatedNode): Promise<void>;
  /** Empties the running configuration; sessions and files stay. */
  clear(node: SimulatedNode): void;
  /** @throws {ApplianceError} 364 when there is no peer */
  failover(): void;
  /** Copies the configuration to the peer. */
  synchronise(): void;
  /** Repeats a completed command on the peer. */
  propagate(node: SimulatedNode, command: Command, partition: string, warnings: Warning[]): void;
}

/** Parses JSON that may have a comma after the last field, as the vendor's Java library writes it. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const strict = text.replaceAll(
      /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/gs,
      (_all, quoted: string | undefined) => quoted ?? '',
    );
    return JSON.parse(strict);
  }
}

function parseBody(request: NitroRequest): unknown {
  const text = request.body.toString();
  if (text.trim() === '') return {};
  const form = /^object=(.*)$/s.exec(text);
  try {
    return parseLoosely(form === null ? text : decodeURIComponent(form[1]!.replaceAll('+', ' ')));
  } catch {
    throw new ApplianceError(1233);
  }
}

const singular = (body: unknown, kind: string): unknown => {
  const value = (body as Record<string, unknown> | null)?.[kind];
  return Array.isArray(value) ? value[0] : value;
};

/** Maps actions of a node to commands, which command policies are compared with. */
const nodeTexts: Readonly<Record<string, string>> = {
  'nsconfig save': 'save ns config',
  'nsconfig clear': 'clear ns config',
  'reboot reboot': 'reboot',
  'hafailover force': 'force HA failover',
  'hasync force': 'force HA sync',
  'nspartition switch': 'switch ns partition',
  'systemsession kill': 'kill system session',
};

/** Runs an action of the node itself, which is not a command on objects. */
async function nodeAction(
  target: RequestTarget,
  body: unknown,
  caller: Caller,
  node: SimulatedNode,
  operations: NodeOperations,
): Promise<NitroReply | undefined> {
  const action = target.parameters.get('action')?.toLowerCase();
  const text = nodeTexts[`${target.kind} ${action}`];
  if (text !== undefined) permit(caller, text, node);
  switch (`${target.kind} ${action}`) {
    case 'nsconfig save':
      await node.save();
      await operations.saved(node);
      return done(200);
    case 'nsconfig clear':
      operations.clear(node);
      return done(200);
    case 'nsconfig diff':
      return done(200, {
        nsconfig: { response: node.runningConfig() === node.savedConfig() ? '' : node.runningConfig() },
      });
    case 'reboot reboot':
    case 'reboot undefined':
      operations.reboot(node);
      return done(target.parameters.has('action') ? 200 : 201);
    case 'hafailover force':
      operations.failover();
      return done(200);
    case 'hasync force':
      operations.synchronise();
      return done(200);
    case 'nspartition switch': {
      const name = String((singular(body, 'nspartition') as Record<string, unknown> | undefined)?.partitionname ?? '');
      if (!node.hasPartition(name)) throw new ApplianceError(2755);
      if (caller.session !== undefined) caller.session.partition = name;
      return done(200);
    }
    case 'systemsession kill': {
      const given = (singular(body, 'systemsession') ?? {}) as Record<string, unknown>;
      if (given.all !== undefined) {
        for (const session of node.sessions.list()) if (session !== caller.session) node.sessions.kill(session.id);
        return done(200);
      }
      if (!node.sessions.kill(Number(given.sid))) throw new ApplianceError(452, undefined, 599);
      return done(200);
    }
    default:
      return undefined;
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
    const answer = await dispatch(request, adapted, node, operations, warnings);
    const wantsWarning = adapted.target.parameters.get('warning')?.toLowerCase() === 'yes';
    return wantsWarning ? warned(answer, warnings) : answer;
  } catch (error) {
    if (error instanceof ApplianceError) return refusal(error);
    throw error;
  }
}

async function dispatch(
  request: NitroRequest,
  { target, body, sessionId, onError }: Adapted,
  node: SimulatedNode,
  operations: NodeOperations,
  warnings: Warning[],
): Promise<NitroReply> {
  const { method } = request;
  if (target.kind === 'login') {
    if (method !== 'POST') throw new ApplianceError(1240);
    return login(singular(body, 'login'), request, node);
  }
  if (target.kind === 'logout') return logout(singular(body, 'logout'), sessionId, request, node);
  const caller = authenticate(request, sessionId, node);
  if (method === 'GET') {
    permit(caller, readText(target), node);
    return read(target, node.live(caller.partition), node);
  }
  if (target.area === 'stat') throw new ApplianceError(1237, method, 405);
  if (node.options.now() < node.syncingUntil) throw new ApplianceError(412);
  const action = await nodeAction(target, body, caller, node, operations);
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
  return write({ method, target, body, onError: asked }, runner, node, caller.partition);
}
