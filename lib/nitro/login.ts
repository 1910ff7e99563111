import { visible } from '../contract/index.ts';
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
  /** Source of user and password, in words: part of the error when the appliance rejects them. */
  readonly credentialsFrom?: string;
  readonly signal?: () => AbortSignal | undefined;
}

/**
 * Logs in at one endpoint. If the appliance rejects user or password, the secret is read again, because it may have been
 * rotated since it was cached. An unchanged secret is not sent twice, because a few failures lock the account.
 *
 * @returns the cookie of the session.
 * @throws {NitroError} {NitroUnreachable} never with a secret.
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
  if (cookie === undefined)
    throw new NitroUnreachable(`${options.name}: log in`, 'the answer contains no session', true);
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
    // An error about an argument may quote the argument.
    if (error instanceof NitroError && error.message.includes(visible(password))) {
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
