export interface AwsClientOptions {
  /** Another address than AWS's. The SDK itself also reads `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoint?: string;
  region?: string;
  env?: NodeJS.ProcessEnv;
  /** Holds `HTTPS_PROXY` and `NO_PROXY`, which the SDK does not read by itself; absent: no proxy. */
  proxyEnv?: NodeJS.ProcessEnv;
}

/** Used where neither an option nor the environment names a region and the endpoint is local. */
export const LOCAL_REGION = 'eu-central-1';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an endpoint is this machine: then any credentials do, unless some are given. */
export function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && LOOPBACK.test(new URL(endpoint).hostname);
}

/**
 * What the clients have in common.
 *
 * @param socketTimeoutMs longest silence of a connection: above the longest long poll.
 * @param maxAttempts attempts inside the SDK, the first included: 1 where the caller retries in its own order.
 */
export function clientConfig(options: AwsClientOptions, service: string, socketTimeoutMs: number, maxAttempts: number) {
  const env = options.env ?? process.env;
  const endpoint = options.endpoint ?? env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL;
  const local = endpoint !== undefined && isLoopback(endpoint);
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (local ? LOCAL_REGION : undefined);
  // A tunnel, or an emulator that knows users, stands behind loopback, too.
  const given = (env.AWS_ACCESS_KEY_ID ?? '') !== '';
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    // The local endpoints check no signature; the SDK would search the machine for credentials, for seconds.
    ...(local && !given ? { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } : {}),
    maxAttempts,
    requestHandler: { connectionTimeout: 3_000, socketTimeout: socketTimeoutMs, ...agents(options.proxyEnv) },
  };
}

/** Connections by way of the proxy that `proxyEnv` names, past those that its `NO_PROXY` excludes. */
function agents(proxyEnv: NodeJS.ProcessEnv | undefined) {
  if (proxyEnv === undefined) return {};
  const agent = { keepAlive: true, maxSockets: 4, proxyEnv };
  return { httpAgent: agent, httpsAgent: agent };
}
