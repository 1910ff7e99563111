import { ApplianceError } from '../errors.ts';
import { checkFaultRules, FaultRulesInvalid } from '../fault-rules.ts';
import type { FaultRule, Faults } from '../faults.ts';
import type { Simulator } from '../simulator.ts';
import type { NitroReply, NitroRequest } from './exchange.ts';

/** Paths of the simulator itself, which no appliance has: faults on command and actions of a test bench. */
const PREFIX = '/simulator/';

/** What answers NITRO with faults that can be set on it: the simulator, a recording, or an appliance behind it. */
export interface FaultyServer extends Pick<Simulator, 'setFaults' | 'requests'> {
  readonly faults: Pick<Faults, 'list'>;
}

type Handle<T> = (request: NitroRequest, target: T) => Promise<unknown> | unknown;

/** Maps `METHOD path` to what it does. */
type Paths<T> = Readonly<Record<string, Handle<T>>>;

function json(request: NitroRequest): unknown {
  try {
    return JSON.parse(request.body.toString());
  } catch {
    throw new ApplianceError(1233);
  }
}

function rules(request: NitroRequest): FaultRule[] {
  return checkFaultRules(json(request));
}

const text = (value: string): { readonly text: string } => ({ text: value });

/** Paths of everything that has faults. */
export const FAULT_PATHS: Paths<FaultyServer> = {
  'GET faults': (_request, target) => target.faults.list(),
  'PUT faults': (request, target) => target.setFaults(rules(request)),
  'DELETE faults': (_request, target) => target.setFaults([]),
  'GET requests': (_request, { requests: { total, reads, writes, byKind } }) => ({ total, reads, writes, byKind }),
  'DELETE requests': (_request, target) => target.requests.reset(),
};

/** Paths of the simulator. */
export const SIMULATOR_PATHS: Paths<Simulator & FaultyServer> = {
  ...FAULT_PATHS,
  'PUT settings': (request, simulator) => simulator.set(json(request) as object),
  'GET frontends': (_request, simulator) => Object.fromEntries(simulator.frontends),
  'GET notes': (_request, { notes }) => notes.list(),
  'GET config': (_request, simulator) => text(simulator.runningConfig()),
  'GET saved': (_request, simulator) => text(simulator.savedConfig()),
  'PUT saved': (request, simulator) => simulator.restore(request.body.toString()),
  'POST wipe': (_request, simulator) => simulator.wipe(),
  'POST reboot': (_request, simulator) => simulator.reboot(),
  'POST failover': (_request, simulator) => simulator.failover(),
};

/**
 * Answers a request on one of the simulator's own paths. Requests of browsers are refused, so that no web page reaches
 * them.
 *
 * @returns undefined for any other path
 */
export function adminAnswer<T>(request: NitroRequest, target: T, paths: Paths<T>): Promise<NitroReply> | undefined {
  if (!request.url.startsWith(PREFIX)) return undefined;
  return answer(request, target, paths);
}

async function answer<T>(request: NitroRequest, target: T, paths: Paths<T>): Promise<NitroReply> {
  if (request.headers.origin !== undefined)
    return { status: 403, body: { message: 'Requests of browsers are refused.' } };
  const wanted = `${request.method} ${request.url.slice(PREFIX.length)}`;
  const handle = Object.hasOwn(paths, wanted) ? paths[wanted] : undefined;
  if (handle === undefined)
    return { status: 404, body: { message: `The simulator has no ${request.method} ${request.url}.` } };
  let result: unknown;
  try {
    result = await handle(request, target);
  } catch (error) {
    if (error instanceof FaultRulesInvalid) return { status: 400, body: { message: error.message } };
    throw error;
  }
  if (typeof result === 'object' && result !== null && 'text' in result) {
    return { status: 200, body: String(result.text), headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
  }
  return { status: 200, body: result ?? {} };
}
