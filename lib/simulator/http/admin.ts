import { ApplianceError } from '../errors.ts';
import type { FaultRule } from '../faults.ts';
import type { SimulatedAppliance } from '../simulated-appliance.ts';
import type { NitroReply, NitroRequest } from './exchange.ts';

/** Paths that no appliance has: faults on command, and what a test bench does with its hands. */
const PREFIX = '/simulator/';

type Handle = (request: NitroRequest, appliance: SimulatedAppliance) => Promise<unknown> | unknown;

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
  'GET faults': (_request, appliance) => appliance.faults.list(),
  'PUT faults': (request, appliance) => appliance.setFaults(rules(request)),
  'DELETE faults': (_request, appliance) => appliance.setFaults([]),
  'PUT settings': (request, appliance) => appliance.set(json(request) as object),
  'GET requests': (_request, { requests: { total, reads, writes, byKind } }) => ({ total, reads, writes, byKind }),
  'DELETE requests': (_request, appliance) => appliance.requests.reset(),
  'GET frontends': (_request, appliance) => Object.fromEntries(appliance.frontends),
  'GET notes': (_request, { notes }) => notes.list(),
  'GET config': (_request, appliance) => text(appliance.runningConfig()),
  'GET saved': (_request, appliance) => text(appliance.savedConfig()),
  'PUT saved': (request, appliance) => appliance.restore(request.body.toString()),
  'POST wipe': (_request, appliance) => appliance.wipe(),
  'POST reboot': (_request, appliance) => appliance.reboot(),
  'POST failover': (_request, appliance) => appliance.failover(),
};

/**
 * Answers a request on one of the simulator's own paths. A browser's request is refused: no page on the web should
 * reach them.
 *
 * @returns undefined for any other path
 */
export function adminAnswer(request: NitroRequest, appliance: SimulatedAppliance): Promise<NitroReply> | undefined {
  if (!request.url.startsWith(PREFIX)) return undefined;
  return answer(request, appliance);
}

async function answer(request: NitroRequest, appliance: SimulatedAppliance): Promise<NitroReply> {
  if (request.headers.origin !== undefined) return { status: 403, body: { message: 'not from a browser' } };
  const handle = handlers[`${request.method} ${request.url.slice(PREFIX.length)}`];
  if (handle === undefined) return { status: 404, body: { message: 'no such path of the simulator' } };
  const result = await handle(request, appliance);
  if (typeof result === 'object' && result !== null && 'text' in result) {
    return { status: 200, body: String(result.text), headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
  }
  return { status: 200, body: result ?? {} };
}
