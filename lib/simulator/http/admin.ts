import { ApplianceError } from '../errors.ts';
import type { FaultRule, Faults } from '../faults.ts';
import type { Simulator } from '../simulator.ts';
import type { NitroReply, NitroRequest } from './exchange.ts';

/** Paths of the simulator itself, which no appliance has: faults on command and actions of a test bench. */
const PREFIX = '/simulator/';

/** A simulator with the faults that are set on it. */
interface AdminTarget extends Simulator {
  readonly faults: Pick<Faults, 'list'>;
}

type Handle = (request: NitroRequest, simulator: AdminTarget) => Promise<unknown> | unknown;

function json(request: NitroRequest): unknown {
  try {
    return JSON.parse(request.body.toString());
  } catch {
    throw new ApplianceError(1233);
  }
}

function rules(request: NitroRequest): FaultRule[] {
  const given = json(request);
  if (!Array.isArray(given)) throw new ApplianceError(1234);
  return given as FaultRule[];
}

const text = (value: string): { readonly text: string } => ({ text: value });

const handlers: Readonly<Record<string, Handle>> = {
  'GET faults': (_request, simulator) => simulator.faults.list(),
  'PUT faults': (request, simulator) => simulator.setFaults(rules(request)),
  'DELETE faults': (_request, simulator) => simulator.setFaults([]),
  'PUT settings': (request, simulator) => simulator.set(json(request) as object),
  'GET requests': (_request, { requests: { total, reads, writes, byKind } }) => ({ total, reads, writes, byKind }),
  'DELETE requests': (_request, simulator) => simulator.requests.reset(),
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
export function adminAnswer(request: NitroRequest, simulator: AdminTarget): Promise<NitroReply> | undefined {
  if (!request.url.startsWith(PREFIX)) return undefined;
  return answer(request, simulator);
}

async function answer(request: NitroRequest, simulator: AdminTarget): Promise<NitroReply> {
  if (request.headers.origin !== undefined)
    return { status: 403, body: { message: 'Requests of browsers are refused.' } };
  const handle = handlers[`${request.method} ${request.url.slice(PREFIX.length)}`];
  if (handle === undefined)
    return { status: 404, body: { message: `The simulator has no ${request.method} ${request.url}.` } };
  const result = await handle(request, simulator);
  if (typeof result === 'object' && result !== null && 'text' in result) {
    return { status: 200, body: String(result.text), headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
  }
  return { status: 200, body: result ?? {} };
}
