import { type Backoff, withBackoff } from '../retry/backoff.ts';
import { objectsIn } from './answer.ts';
import { NitroError, NitroUnreachable } from './errors.ts';
import { exchange, type NitroCall } from './exchange.ts';
import { Limiter } from './limiter.ts';
import { type LoginOptions, logIn } from './login.ts';
import type { HttpAnswer, Transport } from './transport.ts';

export interface SessionOptions extends LoginOptions {
  /** One for each endpoint: a single address, or the nodes of a pair in any order. */
  readonly transports: readonly Transport[];
  /** Headers that make a Console forward the call to its instance; not sent with the log in. */
  readonly proxyHeaders?: Readonly<Record<string, string>>;
  readonly partition?: string;
  readonly backoff: Backoff;
}

/** An open session at one endpoint. */
interface Live {
  readonly transport: Transport;
  readonly cookie: string;
}

/** A successful answer. One with status 207 has items that the caller must check. */
export type NitroAnswer = HttpAnswer;

export interface SessionCall extends NitroCall {
  /** Allows to repeat the call after a lost connection. Reads only: a lost write may have been done. */
  readonly repeatable: boolean;
}

/** Concurrent requests. The appliance runs commands one by one, so more would only fill its few workers. */
const CONCURRENCY = 4;

/**
 * One session with an appliance, kept over invocations. It logs in when first needed and when the session has expired,
 * finds the primary of a pair and follows it, and waits for a busy appliance within the invocation's time.
 */
export class NitroSession {
  readonly #options: SessionOptions;
  readonly #limiter = new Limiter(CONCURRENCY);
  /** Open sessions, also at the secondary: sessions are few, and a node may become the primary again. */
  readonly #cookies = new Map<Transport, string>();
  #live: Promise<Live> | undefined;
  #opened = 0;
  /** The likely primary: tried first. */
  #first: Transport | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** @throws {NitroError} the appliance rejected the call. @throws {NitroUnreachable} no answer. */
  request(call: SessionCall): Promise<NitroAnswer> {
    const { backoff, signal } = this.#options;
    let sent = false;
    const worthRepeating = (error: unknown): boolean => {
      if (signal?.()?.aborted === true) return false;
      if (error instanceof NitroError) return error.kind === 'busy' || error.kind === 'secondary';
      return error instanceof NitroUnreachable && (call.repeatable || !sent || !error.sent);
    };
    const attempt = (): Promise<NitroAnswer> =>
      this.#limiter.run(() => {
        sent = false;
        return this.#once(call, (now) => {
          sent = now;
        });
      });
    return withBackoff(backoff, attempt, worthRepeating, signal?.()).catch((error: unknown) => {
      const writes = !call.repeatable && sent && error instanceof NitroUnreachable;
      throw writes ? error.ofWrite() : error;
    });
  }

  /** Number of sessions opened so far. A higher number may mean another node. */
  get opened(): number {
    return this.#opened;
  }

  /** Ends the sessions on the appliance. Errors are ignored, because idle sessions end by themselves. */
  async logout(): Promise<void> {
    // A log in that is under way must finish first.
    await this.#live?.catch(() => undefined);
    this.#live = undefined;
    await Promise.all([...this.#cookies].map(([transport, cookie]) => this.#close(transport, cookie)));
  }

  async #once(call: NitroCall, sent: (now: boolean) => void): Promise<NitroAnswer> {
    const opening = this.#session();
    const live = await opening;
    try {
      sent(true);
      return await this.#sendToPrimary(live, call);
    } catch (error) {
      if (!this.#discardSession(opening, live, error)) throw error;
      // The session expired, or the pair failed over, and nothing was done: repeat on a new session.
      sent(false);
      const next = await this.#session();
      sent(true);
      return await this.#sendToPrimary(next, call);
    }
  }

  /** A bulk call with a failed item does not warn that the node is a secondary, so the node is checked. */
  async #sendToPrimary(live: Live, call: NitroCall): Promise<NitroAnswer> {
    const answer = await this.#send(live, call);
    const { name, transports } = this.#options;
    if (answer.status !== 207 || transports.length === 1 || (await this.#isPrimary(live))) return answer;
    throw new NitroError(`${name}: ${call.what}`, 1028, 207, 'the node is no longer the primary');
  }

  /** @returns whether to open a new session and repeat the call at once. */
  #discardSession(opening: Promise<Live>, live: Live, error: unknown): boolean {
    const kind = error instanceof NitroError ? error.kind : undefined;
    const expired = kind === 'session';
    const moved = kind === 'secondary';
    // A lost connection does not end a session; of a pair, another node may have taken over.
    const lost = error instanceof NitroUnreachable && this.#options.transports.length > 1;
    if (expired && this.#cookies.get(live.transport) === live.cookie) this.#cookies.delete(live.transport);
    // A concurrent call may already have opened the next session.
    if ((expired || moved || lost) && this.#live === opening) {
      this.#live = undefined;
      // A dead node is tried last, because its timeout takes long.
      if (!expired) this.#first = this.#options.transports.find((transport) => transport !== live.transport);
    }
    return expired || moved;
  }

  #session(): Promise<Live> {
    if (this.#live === undefined) {
      const opening = this.#open();
      this.#opened += 1;
      this.#live = opening;
      opening.catch(() => {
        if (this.#live === opening) this.#live = undefined;
      });
    }
    return this.#live;
  }

  async #open(): Promise<Live> {
    const { transports, name } = this.#options;
    const first = this.#first;
    const ordered = first === undefined ? transports : [first, ...transports.filter((other) => other !== first)];
    let reason: unknown;
    for (const transport of ordered) {
      try {
        const live = await this.#openAt(transport);
        if (live !== undefined) {
          this.#first = transport;
          return live;
        }
        reason = new NitroError(`${name}: log in`, 368, 599, 'no endpoint is the primary node');
      } catch (error) {
        // Wrong credentials are wrong at every endpoint, and each attempt counts towards the lock.
        if (error instanceof NitroError && error.kind === 'credentials') throw error;
        reason = error;
      }
    }
    throw reason;
  }

  /** @returns undefined where the node is not the primary of its pair. */
  async #openAt(transport: Transport): Promise<Live | undefined> {
    const known = await this.#reopen(transport);
    const live = known ?? { transport, cookie: await logIn(this.#options, transport, this.#remainingMs('log in')) };
    this.#cookies.set(transport, live.cookie);
    try {
      if (this.#options.transports.length > 1 && !(await this.#isPrimary(live))) return undefined;
    } catch (error) {
      if (known === undefined || !(error instanceof NitroError) || error.kind !== 'session') throw error;
      this.#cookies.delete(transport);
      return this.#openAt(transport);
    }
    // Last, because a partition does not know the pair.
    await this.#switchPartition(live);
    return live;
  }

  /** @returns the open session at this endpoint, unless it uses a partition: then it is closed. */
  async #reopen(transport: Transport): Promise<Live | undefined> {
    const cookie = this.#cookies.get(transport);
    if (cookie === undefined) return undefined;
    if (this.#options.partition === undefined) return { transport, cookie };
    await this.#close(transport, cookie);
    return undefined;
  }

  async #close(transport: Transport, cookie: string): Promise<void> {
    if (this.#cookies.get(transport) === cookie) this.#cookies.delete(transport);
    try {
      await transport({ method: 'POST', path: 'config/logout', body: { logout: {} }, headers: { cookie } });
    } catch {
      // An idle session ends by itself.
    }
  }

  /** A partition is a property of the session. */
  async #switchPartition(live: Live): Promise<void> {
    const { partition } = this.#options;
    if (partition === undefined) return;
    await this.#send(live, {
      what: 'switch partition',
      method: 'POST',
      path: 'config/nspartition?action=Switch',
      body: { nspartition: { partitionname: partition } },
    });
  }

  async #isPrimary(live: Live): Promise<boolean> {
    const answer = await this.#send(live, { what: 'find the primary', method: 'GET', path: 'config/hanode' });
    const rows = objectsIn(answer.body?.hanode, `${this.#options.name}: find the primary`);
    const self = rows.find(({ id }) => String(id) === '0');
    return self === undefined || String(self.state).toLowerCase() === 'primary';
  }

  #send(live: Live, { headers, path, ...call }: NitroCall): Promise<HttpAnswer> {
    const { proxyHeaders, transports, signal } = this.#options;
    const abort = signal?.();
    // A secondary accepts writes, and warns only on request that they will be lost.
    const warn = transports.length > 1 && call.method !== 'GET';
    return exchange(this.#options, live.transport, {
      ...call,
      path: warn ? `${path}${path.includes('?') ? '&' : '?'}warning=yes` : path,
      headers: { ...headers, ...proxyHeaders, cookie: live.cookie },
      timeoutMs: this.#remainingMs(call.what),
      ...(abort === undefined ? {} : { signal: abort }),
    });
  }

  #remainingMs(what: string): number {
    const remaining = this.#options.backoff.remainingMs();
    if (remaining > 0) return remaining;
    throw new NitroUnreachable(`${this.#options.name}: ${what}`, 'this invocation has no time left', false);
  }
}
