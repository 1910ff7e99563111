import { sessionCookie } from './cookie.ts';
import { NitroError, NitroUnreachable } from './errors.ts';
import { type Exchange, exchange } from './exchange.ts';
import type { HttpAnswer, Transport } from './transport.ts';

export interface NitroCredentials {
  readonly username: string;
  readonly password: string;
}

export interface LoginOptions extends Exchange {
  readonly credentials: (refresh: boolean) => Promise<NitroCredentials>;
  /** Seconds of idleness after which the appliance ends the session: few are free, so keep it short. */
  readonly idleSeconds: number;
  /** Where user and password come from, in words: stands in the error when the appliance refuses them. */
  readonly credentialsFrom?: string;
  readonly signal?: () => AbortSignal | undefined;
}

/**
 * Logs in at one endpoint; where user or password are refused, the secret is read again, because it may have been
 * rotated since it was cached. One that is still the same is not sent twice: accounts are locked after a few failures.
 *
 * @returns the cookie of the session.
 * @throws {NitroError} {NitroUnreachable} never with a secret in them.
 */
export async function logIn(options: LoginOptions, transport: Transport, timeoutMs: number): Promise<string> {
  const first = await options.credentials(false);
  const attempt = (credentials: NitroCredentials): Promise<HttpAnswer> =>
    send(options, transport, credentials, timeoutMs);
  const answer = await attempt(first).catch(async (error: unknown) => {
    if (!(error instanceof NitroError) || error.kind !== 'credentials') throw error;
    const second = await options.credentials(true);
    if (second.username === first.username && second.password === first.password) throw error;
    return attempt(second);
  });
  const cookie = sessionCookie(answer);
  if (cookie === undefined) throw new NitroUnreachable(`${options.name}: log in`, 'the answer has no session', true);
  return cookie;
}

async function send(
  options: LoginOptions,
  transport: Transport,
  { username, password }: NitroCredentials,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const signal = options.signal?.();
  try {
    return await exchange(options, transport, {
      what: 'log in',
      method: 'POST',
      path: 'config/login',
      body: { login: { username, password, timeout: options.idleSeconds } },
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    // What it says about an argument may quote the argument.
    if (error instanceof NitroError && error.message.includes(password)) {
      throw new NitroError(
        `${options.name}: log in`,
        error.code,
        error.status,
        '(message withheld: it quotes a secret)',
      );
    }
    if (error instanceof NitroError && error.kind === 'credentials' && options.credentialsFrom !== undefined) {
      throw error.with(`User and password come from ${options.credentialsFrom}: correct them there.`);
    }
    throw error;
  }
}
