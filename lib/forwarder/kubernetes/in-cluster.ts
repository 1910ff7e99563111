import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { type Clock, systemClock } from '../ports.ts';
import { AccessError, type ApiAccess, type ApiPass } from './access.ts';

/** Folder in which the kubelet puts a pod's token (Kubernetes documentation, *Accessing the API from a Pod*). */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet replaces a token when a fifth of its life is left, so a minute's delay is harmless, as in client-go. */
const REREAD_MS = 60_000;

export interface InClusterOptions {
  /** The folder of the token. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Returns access with the pod's own ServiceAccount. It does not use client-node, which takes 40 MB of resident memory,
 * of the 128 MB that the whole forwarder may have.
 *
 * @throws {AccessError} outside a pod.
 */
export function inClusterAccess(options: InClusterOptions = {}): ApiAccess {
  const { folder = SERVICE_ACCOUNT, env = process.env, clock = systemClock } = options;
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const port = env.KUBERNETES_SERVICE_PORT ?? '';
  if (host === '' || !/^\d{1,5}$/.test(port)) {
    throw new AccessError(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this process is not in a pod.',
    );
  }
  let pass: { readonly at: number; readonly value: ApiPass } | undefined;

  const read = async (): Promise<ApiPass> => {
    try {
      const [ca, token] = await Promise.all(
        ['ca.crt', 'token'].map((name) => readFile(join(folder, name), 'utf8')) as [Promise<string>, Promise<string>],
      );
      return { tls: { ca }, headers: { authorization: `Bearer ${token.trim()}` } };
    } catch (error) {
      throw new AccessError(`The pod's token cannot be read: ${(error as Error).message}.`, { cause: error });
    }
  };

  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: namespaceOf(folder),
    async pass() {
      if (pass === undefined || clock.now() - pass.at >= REREAD_MS) pass = { at: clock.now(), value: await read() };
      return pass.value;
    },
    refused() {
      pass = undefined;
    },
  };
}

function namespaceOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'namespace'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
