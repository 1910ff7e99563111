import { codeIn, textIn } from './answer.ts';
import { kindOf, NitroError, NitroUnreachable } from './errors.ts';
import { PARTLY_DONE } from './facts.ts';
import type { HttpAnswer, HttpCall, Transport } from './transport.ts';
import { NOT_NITRO } from './unreachable.ts';

/** An answered request, for metrics. */
export interface Answered {
  readonly method: string;
  /** Resource type, or `login`, `macroapi` and the like. */
  readonly type: string;
  readonly status: number;
  /** NITRO error code; 0 for success. */
  readonly code: number;
}

export interface Exchange {
  /** Name of the appliance: begins every error. */
  readonly name: string;
  readonly onRequest?: (request: Answered) => void;
}

/** One request. */
export interface NitroCall extends HttpCall {
  /** Names the operation in errors: `read csvserver`. */
  readonly what: string;
}

/**
 * Sends one request and classifies its answer:
 *
 * | answer | outcome |
 * |---|---|
 * | success | returned |
 * | 207, or a member list that was bound in part | returned: the caller checks the items |
 * | a warning | returned |
 * | a warning that the node is not the primary | an error: the next synchronisation discards the change |
 * | any other | an error by its code |
 *
 * @throws {NitroError} the appliance rejected the request. @throws {NitroUnreachable} no answer.
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
    // Some builds answer a write with an empty body. An empty answer to a read would look like an empty appliance.
    if (call.method === 'GET' && answer.body === undefined) {
      throw new NitroUnreachable(`${name}: ${what}`, 'the answer is empty', true);
    }
    return answer;
  }
  throw new NitroError(`${name}: ${what}`, code, status, messageOf(answer));
}

/** Returns the error's message. An error page without NITRO suggests that the address belongs to another service. */
function messageOf({ status, body, endpoint }: HttpAnswer): string {
  if (body?.message !== undefined) return textIn(body.message);
  if (body !== undefined || endpoint === undefined) return `HTTP status ${status}`;
  return `HTTP status ${status} from ${endpoint}, and no NITRO error. ${NOT_NITRO}`;
}

/** Returns the error code. A warning may be in a header only: `1028 - You are connected to a secondary node…`. */
function codeOf({ body, headers }: HttpAnswer): number {
  const code = codeIn(body?.errorcode);
  if (code !== 0) return code;
  return Number(/^\s*(\d+)/.exec(headers['x-nitro-warning'] ?? '')?.[1] ?? 0);
}

function typeOf(path: string): string {
  return path.replace(/^(config|stat)\//, '').split(/[/?]/)[0] ?? '';
}
