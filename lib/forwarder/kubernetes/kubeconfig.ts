import type { RequestOptions } from 'node:https';
import { holdsCredentials } from '../../config/base-url.ts';
import { present } from '../../contract/index.ts';
import { AccessError, type ApiAccess, type ApiTls } from './access.ts';

/** The server that client-node assumes when it found no kubeconfig. */
const NOWHERE = 'http://localhost:8080';

const NO_KUBECONFIG = 'there is no kubeconfig: set KUBECONFIG, or make ~/.kube/config (kubectl finds the same).';

/**
 * Returns access by a kubeconfig, with everything that client-node supports: client certificates, exec plug-ins, OIDC,
 * impersonation. It serves work outside a cluster, and tests.
 *
 * client-node is loaded here and only now: see {@link import('./in-cluster.ts').inClusterAccess}.
 *
 * @param file the kubeconfig; absent: `KUBECONFIG`, then `~/.kube/config`.
 * @param context absent: the current context.
 * @throws {AccessError}
 */
export async function kubeconfigAccess(file?: string, context?: string): Promise<ApiAccess> {
  const { KubeConfig } = await import('./client-node.ts');
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
    if (file === undefined && config.getCurrentCluster()?.server === NOWHERE) throw new AccessError(NO_KUBECONFIG);
    if (context !== undefined) config.setCurrentContext(context);
  } catch (error) {
    if (error instanceof AccessError) throw error;
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new AccessError(`the kubeconfig ${path} does not exist: correct KUBECONFIG, or the option that names it.`, {
        cause: error,
      });
    }
    throw new AccessError(`The kubeconfig cannot be used: ${(error as Error).message}.`, { cause: error });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new AccessError(`The kubeconfig has no context "${config.getCurrentContext()}".`);
  if (holdsCredentials(cluster.server)) {
    throw new AccessError(
      "The kubeconfig's server holds a user name or password: move them to the user of the context, because messages show the server.",
    );
  }
  // client-node refuses it with every request, so a retry cannot help.
  if (/^http:/i.test(cluster.server) && cluster.skipTLSVerify !== true) {
    throw new AccessError(
      `The kubeconfig's server ${cluster.server} is not encrypted: name the API server's https address (not kubectl proxy), or another context.`,
    );
  }
  return {
    server: cluster.server.replace(/(?<!\/)\/+$/, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    ...present({ proxy: cluster.proxyUrl }),
    async pass() {
      const options: RequestOptions = { headers: {} };
      await config.applyToHTTPSOptions(options);
      const { ca, cert, key, rejectUnauthorized, servername } = options;
      const tls: ApiTls = present({ ca, cert, key, rejectUnauthorized, servername });
      const basic = options.auth ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` } : {};
      return { tls, headers: { ...basic, ...texts(options.headers) } };
    },
    // client-node asks its providers each time, and they know how long their credentials are valid.
    refused() {},
  };
}

function texts(headers: RequestOptions['headers']): Record<string, string> {
  const entries = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  return Object.fromEntries(entries);
}
