import type { HttpAnswer, HttpCall, SessionOptions, Transport } from '../../../lib/nitro/index.ts';
import { NitroSession } from '../../../lib/nitro/index.ts';

/** An appliance that answers as a test says. Log in and log out are its own, unless the test wants them. */
export interface Fake {
  readonly transport: Transport;
  readonly calls: HttpCall[];
  /** Paths of the calls that are no log in. */
  paths(): string[];
  logins(): number;
}

type Handler = (call: HttpCall, n: number) => HttpAnswer | undefined | Promise<HttpAnswer | undefined>;

export const ok = (fields: Record<string, unknown> = {}, status = 200): HttpAnswer => ({
  status,
  headers: {},
  body: { errorcode: 0, message: 'Done', severity: 'NONE', ...fields },
});

export const refusal = (errorcode: number, status = 599, message = 'refused'): HttpAnswer => ({
  status,
  headers: {},
  body: { errorcode, message, severity: 'ERROR' },
});

export const empty = (status: number): HttpAnswer => ({ status, headers: {}, body: undefined });

/** The answer to a bulk call of which something failed: codes of the items, 0 for done. */
export const items = (...codes: number[]): HttpAnswer => ({
  status: 207,
  headers: {},
  body: {
    errorcode: 1243,
    message: 'Bulk operation failed',
    severity: 'ERROR',
    response: codes.map((errorcode) => ({
      errorcode,
      message: errorcode === 0 ? 'Done' : 'refused',
      severity: errorcode === 0 ? 'NONE' : 'ERROR',
    })),
  },
});

export function fake(handler: Handler = () => undefined): Fake {
  const calls: HttpCall[] = [];
  let sessions = 0;
  const transport: Transport = async (call) => {
    calls.push(call);
    const answer = await handler(call, calls.length);
    if (answer !== undefined) return answer;
    if (call.path !== 'config/login') return ok();
    sessions += 1;
    return ok({ sessionid: `##${sessions}` }, 201);
  };
  return {
    transport,
    calls,
    paths: () => calls.map(({ path }) => path).filter((path) => path !== 'config/login'),
    logins: () => calls.filter(({ path }) => path === 'config/login').length,
  };
}

export interface Clock {
  /** Milliseconds since the test began. */
  now: number;
  readonly waits: number[];
}

/** A session over fakes, on a clock that moves only while it waits. */
export function sessionOver(
  transports: readonly Transport[],
  options: Partial<SessionOptions> & { attempts?: number; limitMs?: number; random?: () => number } = {},
): { session: NitroSession; clock: Clock } {
  const clock: Clock = { now: 0, waits: [] };
  const { attempts = 4, limitMs = 60_000, random = () => 0.5, ...rest } = options;
  const session = new NitroSession({
    name: 'edge',
    transports,
    credentials: async () => ({ username: 'user', password: 'pass-word' }),
    idleSeconds: 300,
    backoff: {
      attempts,
      baseMs: 200,
      maxMs: 5000,
      random,
      sleep: async (ms) => {
        clock.waits.push(ms);
        clock.now += ms;
      },
      remainingMs: () => limitMs - clock.now,
    },
    ...rest,
  });
  return { session, clock };
}

export const get = (type = 'lbvserver') =>
  ({ what: `read ${type}`, method: 'GET', path: `config/${type}`, repeatable: true }) as const;
export const post = (type = 'lbvserver') =>
  ({ what: `add ${type}`, method: 'POST', path: `config/${type}`, body: {}, repeatable: false }) as const;

/** The error that an action ends with. */
export async function failure(action: Promise<unknown>): Promise<Error> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A promise and the functions that settle it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
