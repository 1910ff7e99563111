import type { Transport } from '../nitro/index.ts';
import { errorMessage } from '../telemetry/index.ts';
import { currentSpan, silentTracing, spanWithin, type Tracing } from '../tracing/index.ts';

/**
 * Returns a transport that records each request as a part of the step that is under way. Of a path it keeps the type alone,
 * and of bodies nothing: a login has a password, and names of objects say what a tenant does.
 */
export function tracedTransport(
  transport: Transport,
  tracing: Tracing,
  { appliance, endpoint }: { readonly appliance: string; readonly endpoint: string },
  now: () => number,
): Transport {
  if (tracing === silentTracing) return transport;
  return async (call) => {
    const parent = currentSpan();
    // Without a step there is nothing that it belongs to, as the log out at the end of a process.
    if (parent === undefined) return transport(call);
    const startMs = now();
    const about = {
      name: `${call.method} ${call.path.split(/[/?]/).slice(0, 2).join('/')}`,
      kind: 'client' as const,
      context: spanWithin(parent),
      parent,
      startMs,
    };
    const attributes = {
      'http.request.method': call.method,
      'server.address': endpoint,
      'nspass.appliance': appliance,
    };
    try {
      const answer = await transport(call);
      tracing.record({
        ...about,
        endMs: now(),
        attributes: { ...attributes, 'http.response.status_code': answer.status },
      });
      return answer;
    } catch (error) {
      tracing.record({ ...about, endMs: now(), attributes, error: errorMessage(error) });
      throw error;
    }
  };
}
