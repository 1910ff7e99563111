import type { Command } from '../command/command.ts';
import { ApplianceError, type Warning } from '../errors.ts';
import type { SimulatedNode } from '../node/node.ts';
import { done, type NitroReply } from './exchange.ts';
import type { Caller } from './login.ts';
import { permit } from './permission.ts';
import type { RequestTarget } from './url.ts';

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

/** A request for an action of the node itself. */
interface NodeActionRequest {
  readonly target: RequestTarget;
  readonly body: unknown;
  readonly caller: Caller;
  readonly node: SimulatedNode;
  readonly operations: NodeOperations;
}

interface NodeAction {
  /** Command line that command policies are compared with; undefined when nobody needs permission. */
  readonly command?: string;
  readonly run: (request: NodeActionRequest) => NitroReply | Promise<NitroReply>;
}

/** Returns the object in a body, or the first one of an array. */
export function singular(body: unknown, kind: string): unknown {
  const value = (body as Record<string, unknown> | null)?.[kind];
  return Array.isArray(value) ? value[0] : value;
}

const reboot: NodeAction = {
  command: 'reboot',
  run({ target, node, operations }) {
    operations.reboot(node);
    return done(target.parameters.has('action') ? 200 : 201);
  },
};

/** Actions of the node itself, which are not commands on objects, by type and action. */
const nodeActions: Readonly<Record<string, NodeAction>> = {
  'nsconfig save': {
    command: 'save ns config',
    async run({ node, operations }) {
      await node.save();
      await operations.saved(node);
      return done(200);
    },
  },
  'nsconfig clear': {
    command: 'clear ns config',
    run({ node, operations }) {
      operations.clear(node);
      return done(200);
    },
  },
  'nsconfig diff': {
    run({ node }) {
      const running = node.runningConfig();
      return done(200, { nsconfig: { response: running === node.savedConfig() ? '' : running } });
    },
  },
  'reboot reboot': reboot,
  reboot,
  'hafailover force': {
    command: 'force HA failover',
    run({ operations }) {
      operations.failover();
      return done(200);
    },
  },
  'hasync force': {
    command: 'force HA sync',
    run({ operations }) {
      operations.synchronise();
      return done(200);
    },
  },
  'nspartition switch': {
    command: 'switch ns partition',
    run({ body, caller, node }) {
      const given = singular(body, 'nspartition') as Record<string, unknown> | undefined;
      const name = String(given?.partitionname ?? '');
      if (!node.hasPartition(name)) throw new ApplianceError(2755);
      if (caller.session !== undefined) caller.session.partition = name;
      return done(200);
    },
  },
  'systemsession kill': {
    command: 'kill system session',
    run({ body, caller, node }) {
      const given = (singular(body, 'systemsession') ?? {}) as Record<string, unknown>;
      if (given.all !== undefined) {
        for (const session of node.sessions.list()) if (session !== caller.session) node.sessions.kill(session.id);
      } else if (!node.sessions.kill(Number(given.sid))) throw new ApplianceError(452, undefined, 599);
      return done(200);
    },
  },
};

/**
 * Runs an action of the node itself.
 *
 * @returns undefined when the request is not such an action
 */
export async function nodeAction(request: NodeActionRequest): Promise<NitroReply | undefined> {
  const { target, caller, node } = request;
  const name = [target.kind, target.parameters.get('action')?.toLowerCase() ?? ''].join(' ').trim();
  const action = Object.hasOwn(nodeActions, name) ? nodeActions[name] : undefined;
  if (action?.command !== undefined) permit(caller, action.command, node);
  return action?.run(request);
}
