import { type Backoff, withBackoff } from './backoff.ts';
import { NitroError, NitroUnreachable } from './errors.ts';
import type { HttpAnswer, HttpCall, Transport } from './transport.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface SessionOptions {
  /** Of the appliance: begins every error. */
  readonly name: string;
  /** One for each endpoint, in the order in which they are tried. */
  readonly transports: readonly Transport[];
  /** Headers that make a Console pass the call to its instance; not sent at log in. */
  readonly proxyHeaders?: Readonly<Record<string, string>>;
  readonly partition?: string;
  readonly credentials: (refresh: boolean) => Promise<Credentials>;
  /** Seconds of idleness after which the appliance ends the session: few are free, so keep it short. */
  readonly idleSeconds: number;
  readonly backoff: Backoff;
  readonly signal?: AbortSignal;
  /** Told of every request that was answered, for counting. */
  readonly onRequest?: (request: { method: string; type: string; status: number; code: number }) => void;
}

interface Live {
  readonly transport: Transport;
  readonly cookie: string;
}

/** What a call answers, after errors were sorted out. 207 is an answer: its items are the caller's. */
export type NitroAnswer = HttpAnswer;

/**
 * One session with an appliance, kept over invocations: logs in when first needed, again once when it expired, finds
 * the primary of a pair, and waits for a busy appliance within the invocation's time.
 */
export class NitroSession {
  readonly #options: SessionOptions;
  #live: Promise<Live> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * @param call.repeatable whether it may be sent again after a lost connection. A write may not: it may have been
   *   done, and only reading tells.
   * @throws {NitroError} the appliance refused. @throws {NitroUnreachable} no answer.
   */
  async request(call: HttpCall & { what: string; repeatable: boolean }): Promise<NitroAnswer> {
    const worthRepeating = (error: unknown): boolean =>
      (error instanceof NitroError && error.kind === 'busy') || (error instanceof NitroUnreachable && call.repeatable);
    return withBackoff(this.#options.backoff, () => this.#once(call), worthRepeating);
  }

  /** Ends the session on the appliance; errors do not matter: it would end by itself. */
  async logout(): Promise<void> {
    const live = this.#live;
    this.#live = undefined;
    if (live === undefined) return;
    try {
      const { transport, cookie } = await live;
      await transport({ method: 'POST', path: 'config/logout', body: { logout: {} }, headers: { cookie } });
    } catch {
      // It was never begun, or the appliance is gone.
    }
  }

  async #once(call: HttpCall & { what: string }): Promise<NitroAnswer> {
    try {
      return await this.#send(await this.#session(), call);
    } catch (error) {
      const ended = error instanceof NitroError && (error.kind === 'session' || error.kind === 'secondary');
      if (error instanceof NitroUnreachable || ended) this.#live = undefined;
      if (!ended) throw error;
      // A session that expired, or a pair that failed over: once more, on a new session.
      return this.#send(await this.#session(), call);
    }
  }

  #session(): Promise<Live> {
    this.#live ??= this.#open().catch((error: unknown) => {
      this.#live = undefined;
      throw error;
    });
    return this.#live;
  }

  async #open(): Promise<Live> {
    const { transports } = this.#options;
    let last: unknown;
    for (const transport of transports) {
      try {
        const live = await this.#logIn(transport);
        if (transports.length === 1 || (await this.#isPrimary(live))) return live;
        last = new NitroError(`${this.#options.name}: log in`, 368, 599, 'no endpoint is the primary node');
      } catch (error) {
        // Another endpoint may answer; wrong credentials are wrong on all.
        if (error instanceof NitroError && error.kind === 'credentials') throw error;
        last = error;
      }
    }
    throw last;
  }

  async #logIn(transport: Transport): Promise<Live> {
    const { name, partition, idleSeconds } = this.#options;
    const attempt = async (refresh: boolean): Promise<HttpAnswer> => {
      const credentials = await this.#options.credentials(refresh);
      return this.#exchange(transport, {
        what: 'log in',
        method: 'POST',
        path: 'config/login',
        body: { login: { ...credentials, timeout: idleSeconds } },
      });
    };
    const answer = await attempt(false).catch((error: unknown) => {
      // The secret may have been rotated since it was cached.
      if (error instanceof NitroError && error.kind === 'credentials') return attempt(true);
      throw error;
    });
    const cookie = sessionCookie(answer);
    if (cookie === undefined) throw new NitroUnreachable(`${name}: log in`, 'the answer has no session');
    const live = { transport, cookie };
    if (partition !== undefined) {
      await this.#send(live, {
        what: 'switch partition',
        method: 'POST',
        path: 'config/nspartition?action=Switch',
        body: { nspartition: { partitionname: partition } },
      });
    }
    return live;
  }

  async #isPrimary(live: Live): Promise<boolean> {
    const answer = await this.#send(live, { what: 'find the primary', method: 'GET', path: 'config/hanode' });
    const nodes = answer.body?.hanode;
    const self = (Array.isArray(nodes) ? nodes : []).find((node) => String((node as { id: unknown }).id) === '0');
    return self === undefined || (self as { state?: unknown }).state !== 'Secondary';
  }

  #send(live: Live, call: HttpCall & { what: string }): Promise<HttpAnswer> {
    return this.#exchange(live.transport, {
      ...call,
      headers: { ...call.headers, ...this.#options.proxyHeaders, cookie: live.cookie },
    });
  }

  async #exchange(transport: Transport, call: HttpCall & { what: string }): Promise<HttpAnswer> {
    const { name, signal, onRequest } = this.#options;
    const answer = await transport({ ...call, ...(signal === undefined ? {} : { signal }) });
    const code = Number(answer.body?.errorcode ?? 0);
    onRequest?.({
      method: call.method,
      type: call.path.replace(/^(config|stat)\//, '').split(/[/?]/)[0] ?? '',
      status: answer.status,
      code,
    });
    const warning = answer.body?.severity === 'WARNING';
    if (answer.status === 207 || warning || (answer.status < 400 && code === 0)) return answer;
    const message = String(answer.body?.message ?? `HTTP status ${answer.status}`);
    throw new NitroError(`${name}: ${call.what}`, code, answer.status, message);
  }
}

/** The appliance sets a cookie and names the session in the body; some builds do only the former, a Console the latter. */
function sessionCookie(answer: HttpAnswer): string | undefined {
  const set = /NITRO_AUTH_TOKEN=([^;,\s]+)/.exec(answer.headers['set-cookie'] ?? '')?.[1];
  if (set !== undefined) return `NITRO_AUTH_TOKEN=${set}`;
  const inBody = answer.body?.sessionid;
  if (typeof inBody === 'string') return `NITRO_AUTH_TOKEN=${encodeURIComponent(inBody)}`;
  const consoles = answer.body?.login;
  const first = Array.isArray(consoles) ? (consoles[0] as { sessionid?: unknown } | undefined) : undefined;
  return typeof first?.sessionid === 'string' ? `SESSID=${first.sessionid}` : undefined;
}
