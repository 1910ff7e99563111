import type { SecureContextOptions } from 'node:tls';

/** TLS towards the API server. */
export type ApiTls = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> & {
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

/** What one request needs to know. */
export interface ApiPass {
  readonly tls: ApiTls;
  /** Authorization, and impersonation where a kubeconfig asks for it. Never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The way to an API server, and who we are there. */
export interface ApiAccess {
  /** Base URL, without a slash at the end. */
  readonly server: string;
  /** The namespace that we run in, or the one of the kubeconfig's context. */
  readonly namespace: string | undefined;
  /** URL of a proxy (`proxy-url` of a kubeconfig). */
  readonly proxy?: string;
  /** Credentials as they are now: tokens and authorities are replaced on the disk while we run. */
  pass(): Promise<ApiPass>;
  /** The server refused what `pass` gave: it is read again. */
  refused(): void;
}

/** There is no way to an API server: the message is one sentence that says why. */
export class AccessError extends Error {
  override readonly name = 'AccessUnusable';
}
