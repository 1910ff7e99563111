import { audit, findingKind } from '../audit/index.ts';
import type { AwsClientOptions } from '../aws/client-config.ts';
import { createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import { Engines } from '../runtime/engines.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { readConfig } from './read-config.ts';

/** Longest look at one appliance, in milliseconds. */
const LOOK_MS = 120_000;

/** An appliance as it was found. */
export interface ApplianceLook {
  /** What differs from what is recorded on it. */
  readonly complaints: readonly string[];
  /**
   * Cluster → when it was last seen whole, in milliseconds since the epoch. Absent where that says nothing: the
   * appliance cannot be read, or nothing is recorded on it, as it is only observed.
   */
  readonly seen?: ReadonlyMap<string, number>;
}

/**
 * Returns a function that looks at the appliances of a file: it audits them, and writes nothing.
 *
 * @param options for Secrets Manager.
 * @throws {UsageError} where the file cannot be used.
 */
export function replayVerifier(file: string, options: AwsClientOptions): (appliance: string) => Promise<ApplianceLook> {
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
    if (appliance === undefined) return { complaints: [`${file} has no such appliance: not looked at`] };
    try {
      const { reader } = engines.engineOf(appliance, LOOK_MS);
      const { systemId, clusters, drainSeconds, saveAfterSeconds } = appliance;
      const settings = { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds };
      const now = Date.now();
      const { findings, gauges } = await audit(reader, settings, now);
      const empty = gauges.ingresses.live === 0 ? ['no Ingress is recorded on it'] : [];
      const complaints = [
        ...empty,
        ...findings
          .filter((finding) => findingKind(finding) !== 'due')
          .map(({ code, object, is, should }) => `${code}: ${object} is ${is}, and should be ${should}`),
      ];
      if (appliance.policy === 'observe') return { complaints };
      const seen = [...gauges.seenSeconds].map(([cluster, seconds]) => [cluster, now - seconds * 1000] as const);
      return { complaints, seen: new Map(seen) };
    } catch (error) {
      return { complaints: [`cannot be read: ${(error as Error).message}`] };
    } finally {
      await engines.close().catch(() => undefined);
    }
  };
}
