import { Engines } from '../../functions/runtime.ts';
import type { ClientOptions } from '../aws/client-config.ts';
import { createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import { audit, findingKind } from '../reconcile/index.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { readConfig } from './read-config.ts';

/** Longest look at one appliance, in milliseconds. */
const LOOK_MS = 120_000;

/** Looks at an appliance, and says what differs from what is recorded on it. */
export type Verifier = (appliance: string) => Promise<readonly string[]>;

/**
 * A verifier with the appliances of a file: audits them, writes nothing.
 *
 * @param options for Secrets Manager.
 * @throws {UsageError} where the file cannot be used.
 */
export function replayVerifier(file: string, options: ClientOptions): Verifier {
  const appliances = readConfig(file);
  const engines = new Engines({
    appliances,
    credentials: createCredentialsProvider({ secrets: () => secretsManagerClient(options) }),
    random: Math.random,
    now: Date.now,
    metrics: silentMetrics,
  });
  return async (name) => {
    const appliance = appliances.find((candidate) => candidate.name === name);
    if (appliance === undefined) return [`${file} has no such appliance: not looked at`];
    try {
      const { reader } = engines.engineOf(appliance, LOOK_MS);
      const { systemId, clusters, drainSeconds, saveAfterSeconds } = appliance;
      const settings = { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds };
      const { findings, gauges } = await audit(reader, settings, Date.now());
      const empty = gauges.ingresses.live === 0 ? ['no Ingress is recorded on it'] : [];
      return [
        ...empty,
        ...findings
          .filter((finding) => findingKind(finding) !== 'due')
          .map(({ code, object, is, should }) => `${code}: ${object} is ${is}, and should be ${should}`),
      ];
    } catch (error) {
      return [`cannot be read: ${(error as Error).message}`];
    } finally {
      await engines.close().catch(() => undefined);
    }
  };
}
