import { randomBytes } from 'node:crypto';
import { DEFAULT_PARTITION } from '../config/configuration.ts';
import { ApplianceError } from '../errors.ts';

export interface Session {
  readonly id: number;
  readonly token: string;
  readonly username: string;
  readonly client: string;
  readonly loginTime: number;
  /** Seconds without a request that end the session. */
  readonly timeout: number;
  partition: string;
  lastActivity: number;
}

/** Limit of administrators' sessions on an appliance. */
const MAX_SESSIONS = 20;

/** Holds the sessions, and ends them after their idle time. */
export class Sessions {
  readonly #byToken = new Map<string, Session>();
  readonly #now: () => number;
  #last = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param timeout seconds
   * @param limit number of sessions that this user may have
   */
  open(username: string, client: string, timeout: number, limit: number): Session {
    this.#expire();
    if (this.#byToken.size >= MAX_SESSIONS) throw new ApplianceError(446, undefined, 503);
    let own = 0;
    for (const session of this.#byToken.values()) if (session.username === username) own += 1;
    if (own >= limit) throw new ApplianceError(445, undefined, 503);
    this.#last += 1;
    const session: Session = {
      id: this.#last,
      token: `##${randomBytes(48).toString('hex').toUpperCase()}`,
      username,
      client,
      loginTime: this.#now(),
      timeout,
      partition: DEFAULT_PARTITION,
      lastActivity: this.#now(),
    };
    this.#byToken.set(session.token, session);
    return session;
  }

  /** Returns the session of a token, and restarts its idle time. */
  use(token: string): Session {
    this.#expire();
    const session = this.#byToken.get(token);
    if (session === undefined) throw new ApplianceError(444);
    session.lastActivity = this.#now();
    return session;
  }

  close(token: string): boolean {
    return this.#byToken.delete(token);
  }

  kill(id: number): boolean {
    for (const session of this.#byToken.values()) if (session.id === id) return this.#byToken.delete(session.token);
    return false;
  }

  list(): Session[] {
    this.#expire();
    return [...this.#byToken.values()];
  }

  clear(): void {
    this.#byToken.clear();
  }

  #expire(): void {
    const now = this.#now();
    for (const session of this.#byToken.values()) {
      if (now - session.lastActivity > session.timeout * 1000) this.#byToken.delete(session.token);
    }
  }
}
