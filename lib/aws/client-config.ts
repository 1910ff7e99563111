/** Options that all AWS clients share. */
export interface AwsClientOptions {
  /** Endpoint to use instead of that of AWS. The SDK also reads `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoint?: string;
  region?: string;
  env?: NodeJS.ProcessEnv;
  /** Environment with `HTTPS_PROXY` and `NO_PROXY`, which the SDK ignores by itself; connections are direct if absent. */
  proxyEnv?: NodeJS.ProcessEnv;
}

/** Region of a local endpoint, if neither an option nor the environment names one. */
export const LOCAL_REGION = 'eu-central-1';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Returns whether an endpoint is on this machine, where any credentials work. */
export function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && LOOPBACK.test(new URL(endpoint).hostname);
}

/**
 * Returns the configuration of an AWS client.
 *
 * @param service part of the name of its endpoint variable, such as `SQS`.
 * @param socketTimeoutMs longest silence of a connection; above the longest long poll.
 * @param maxAttempts attempts inside the SDK, the first included: 1 if the caller retries itself.
 */
export function clientConfig(options: AwsClientOptions, service: string, socketTimeoutMs: number, maxAttempts: number) {
  const env = options.env ?? process.env;
  const endpoint = options.endpoint ?? env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL;
  const local = endpoint !== undefined && isLoopback(endpoint);
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (local ? LOCAL_REGION : undefined);
  // Loopback may also be a tunnel, or an emulator that checks users.
  const given = (env.AWS_ACCESS_KEY_ID ?? '') !== '';
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    // Local endpoints check no signatures, and without credentials the SDK would search the machine for seconds.
    ...(local && !given ? { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } : {}),
    maxAttempts,
    requestHandler: { connectionTimeout: 3_000, socketTimeout: socketTimeoutMs, ...proxyAgents(options.proxyEnv) },
  };
}

/** Returns agents that follow the proxy settings of an environment; none without one. */
function proxyAgents(proxyEnv: NodeJS.ProcessEnv | undefined) {
  if (proxyEnv === undefined) return {};
  const agent = { keepAlive: true, maxSockets: 4, proxyEnv };
  return { httpAgent: agent, httpsAgent: agent };
}
