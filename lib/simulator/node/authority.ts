import { passwordDigest } from '../command/system.ts';
import { ApplianceError } from '../errors.ts';
import type { Store } from '../store/store.ts';

const MAX_SESSIONS_PER_USER = 20;
/** Half an hour, or 900 s when `restrictedtimeout` is on. */
const IDLE_SECONDS = 1800;

/** Checks users and passwords: the first administrator of the options, and those of `systemuser`. */
export class Authority {
  readonly #username: string;
  readonly #password: string;

  constructor(username: string, password: string) {
    this.#username = username;
    this.#password = password;
  }

  get administrator(): string {
    return this.#username;
  }

  /** @throws {ApplianceError} 354 for an unknown user and for a wrong password alike */
  check(username: string, password: string, root: Store): void {
    const user = root.object('systemuser', username);
    if (user !== undefined) {
      if (user.password !== passwordDigest(username, password)) throw new ApplianceError(354);
      return;
    }
    if (username !== this.#username || password !== this.#password) throw new ApplianceError(354);
  }

  maxSessions(username: string, root: Store): number {
    const own = root.object('systemuser', username)?.maxsession;
    const all = root.object('systemparameter', '')?.maxsessionperuser;
    return Number(own ?? all ?? MAX_SESSIONS_PER_USER);
  }

  idleSeconds(asked: unknown, root: Store): number {
    const given = Number(asked ?? 0);
    const parameter = root.object('systemparameter', '');
    if (given > 0) return given;
    if (parameter?.timeout !== undefined) return Number(parameter.timeout);
    return parameter?.restrictedtimeout === 'ENABLED' ? 900 : IDLE_SECONDS;
  }
}
