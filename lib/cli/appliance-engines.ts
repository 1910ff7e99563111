import { type CredentialsProvider, createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { Engines } from '../runtime/engines.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { type CloudOptions, clientOf } from './cloud.ts';
import { type Contact, contact } from './contact.ts';

/**
 * Returns sessions with appliances for a user at a terminal: slow answers and retries are reported on standard error.
 *
 * @param appliances every appliance of a configuration.
 * @param options for Secrets Manager.
 */
export function terminalEngines(
  appliances: readonly ApplianceConfig[],
  options: CloudOptions,
): { readonly engines: Engines; readonly credentials: CredentialsProvider; readonly gaveUp: Contact['gaveUp'] } {
  const cloud = clientOf(options);
  const credentials = createCredentialsProvider({ secrets: () => secretsManagerClient(cloud) });
  const { wrap, onRetry, gaveUp } = contact({
    say: (line) => void process.stderr.write(`nspass: ${line}\n`),
    now: () => performance.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  const engines = new Engines({
    reserveMs: 0,
    wrap,
    onRetry,
    appliances,
    credentials,
    random: Math.random,
    now: Date.now,
    metrics: silentMetrics,
  });
  return { engines, credentials, gaveUp };
}
