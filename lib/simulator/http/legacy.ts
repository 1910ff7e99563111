import type { RequestTarget } from './url.ts';

/** A request in today's form, whatever form it came in. */
export interface Adapted {
  readonly target: RequestTarget;
  readonly body: unknown;
  /** Session that the body names. */
  readonly sessionId: string | undefined;
  /** `onerror` of the body. */
  readonly onError: string | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Moves to URL and headers what older releases, and still the vendor's Python library, put into the body:
 * `{"sessionid":"##…","params":{"action":"save","warning":"yes","onerror":"continue"},"nsconfig":{}}`, sent to
 * `/nitro/v1/config` with or without the type.
 */
export function adapt(target: RequestTarget, body: unknown): Adapted {
  const plain: Adapted = { target, body, sessionId: undefined, onError: undefined };
  if (!isObject(body)) return plain;
  const { sessionid, params, ...rest } = body;
  const [only, ...more] = Object.keys(rest);
  const kind = target.kind === '' && only !== undefined && more.length === 0 ? only.toLowerCase() : target.kind;
  if (sessionid === undefined && params === undefined && kind === target.kind) return plain;
  const parameters = new Map(target.parameters);
  const given = isObject(params) ? params : {};
  for (const name of ['action', 'warning', 'idempotent']) {
    if (given[name] !== undefined && !parameters.has(name)) parameters.set(name, String(given[name]));
  }
  return {
    target: { ...target, kind, parameters },
    body: rest,
    sessionId: typeof sessionid === 'string' ? sessionid : undefined,
    onError: given.onerror === undefined ? undefined : String(given.onerror),
  };
}
