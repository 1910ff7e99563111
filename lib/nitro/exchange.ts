import { kindOf, NitroError, NitroUnreachable } from './errors.ts';
import { PARTLY_DONE } from './facts.ts';
import type { HttpAnswer, HttpCall, Transport } from './transport.ts';
import { NOT_NITRO } from './unreachable.ts';

/** A request that was answered, for counting. */
export interface Answered {
  readonly method: string;
  /** Resource type, or `login`, `macroapi` and the like. */
  readonly type: string;
  readonly status: number;
  /** NITRO error code; 0 for success. */
  readonly code: number;
}

export interface Exchange {
  /** Of the appliance: begins every error. */
  readonly name: string;
  readonly onRequest?: (request: Answered) => void;
}

/** One request, with words for its errors. */
export interface NitroCall extends HttpCall {
  readonly what: string;
}

/**
 * Sends one request and sorts its answer: what is no success is an error by its code. 207 is an answer: its items are
 * the caller's. So is a member list that was bound in part. A warning is one, too, unless it says that the node is not the primary: what was done there is lost with the
 * next synchronisation.
 *
 * @throws {NitroError} the appliance refused. @throws {NitroUnreachable} no answer.
 */
export async function exchange(
  { name, onRequest }: Exchange,
  transport: Transport,
  { what, ...call }: NitroCall,
): Promise<HttpAnswer> {
  const answer = await transport(call);
  const { status } = answer;
  const code = codeOf(answer);
  onRequest?.({ method: call.method, type: typeOf(call.path), status, code });
  const warned = status === 209 || answer.body?.severity === 'WARNING';
  if (warned && kindOf(code, status) !== 'secondary') return answer;
  if (status === 207 || code === PARTLY_DONE) return answer;
  if (status >= 200 && status < 300 && code === 0) {
    // Some builds answer a write with nothing. A read that does would look like an empty appliance.
    if (call.method === 'GET' && answer.body === undefined) {
      throw new NitroUnreachable(`${name}: ${what}`, 'an empty answer', true);
    }
    return answer;
  }
  throw new NitroError(`${name}: ${what}`, code, status, messageOf(answer));
}

/** An error page says nothing of NITRO: the address is likely to be that of something else. */
function messageOf({ status, body, endpoint }: HttpAnswer): string {
  if (body?.message !== undefined) return String(body.message);
  if (body !== undefined || endpoint === undefined) return `HTTP status ${status}`;
  return `HTTP status ${status} from ${endpoint}, without a word of NITRO. ${NOT_NITRO}`;
}

/** A warning may stand in a header only: `1028 - You are connected to a secondary node…`. */
function codeOf({ body, headers }: HttpAnswer): number {
  const code = Number(body?.errorcode ?? 0);
  if (code !== 0) return code;
  return Number(/^\s*(\d+)/.exec(headers['x-nitro-warning'] ?? '')?.[1] ?? 0);
}

function typeOf(path: string): string {
  return path.replace(/^(config|stat)\//, '').split(/[/?]/)[0] ?? '';
}
