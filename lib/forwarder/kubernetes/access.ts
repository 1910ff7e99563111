import type { SecureContextOptions } from 'node:tls';

/** TLS towards the API server. */
export type ApiTls = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> & {
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

/** The credentials of one request. */
export interface ApiPass {
  readonly tls: ApiTls;
  /** Authorization, and impersonation where a kubeconfig asks for it. Never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The address of an API server, and the identity of this process there. */
export interface ApiAccess {
  /** Base URL, without a slash at the end. */
  readonly server: string;
  /** The namespace of the pod, or of the kubeconfig's context. */
  readonly namespace: string | undefined;
  /** URL of a proxy (`proxy-url` of a kubeconfig). */
  readonly proxy?: string;
  /** Returns the current credentials: tokens and authorities are replaced on the disk at run time. */
  pass(): Promise<ApiPass>;
  /** The server refused the credentials: `pass` reads them again. */
  refused(): void;
}

/** The API server cannot be accessed: the message is one sentence with the reason. */
export class AccessError extends Error {
  override readonly name = 'AccessUnusable';
}
