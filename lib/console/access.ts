import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** Returns a secret that nobody guesses, as text for a URL or a cookie. */
const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Compares in a time that does not depend on where the texts differ. */
const equal = (given: string, wanted: Buffer): boolean => timingSafeEqual(digest(given), wanted);

/**
 * Decides who may see the page. A token works once: it is exchanged for the cookie of a session, and the next one takes its
 * place. Sessions end with the process.
 */
export class ConsoleAccess {
  /** Name of the cookie. Browsers send cookies to every port of a host, so the port tells two consoles apart. */
  readonly cookie: string;
  #token = secret();
  readonly #sessions: Buffer[] = [];

  constructor(port: number) {
    this.cookie = `nspass-console-${port}`;
  }

  /** The token that works now. */
  get token(): string {
    return this.#token;
  }

  /** @returns the value of the session's cookie; undefined for another token than the current one. */
  exchange(token: string): string | undefined {
    if (!equal(token, digest(this.#token))) return undefined;
    this.#token = secret();
    const session = secret();
    this.#sessions.push(digest(session));
    return session;
  }

  /** @param header of the cookies. */
  admits(header: string | undefined): boolean {
    const values = (header ?? '').split(';').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at > 0 && pair.slice(0, at).trim() === this.cookie ? [pair.slice(at + 1).trim()] : [];
    });
    return values.some((value) => this.#sessions.some((session) => equal(value, session)));
  }
}
