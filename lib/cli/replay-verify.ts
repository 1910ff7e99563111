import { audit, findingKind } from '../audit/index.ts';
import type { AwsClientOptions } from '../aws/client-config.ts';
import { createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import { Engines } from '../runtime/engines.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { readConfig } from './read-config.ts';

/** Longest audit of one appliance, in milliseconds. */
const AUDIT_MS = 120_000;

/** Result of the audit of an appliance. */
export interface ApplianceAudit {
  /** Differences from the records on the appliance, or the reason why it cannot be read. */
  readonly complaints: readonly string[];
  /**
   * Cluster → time of its last full snapshot, in milliseconds since the epoch. Absent if unknown: the appliance cannot be
   * read, or is only observed and has no records.
   */
  readonly seen?: ReadonlyMap<string, number>;
}

/**
 * Returns a function that audits the appliances of a file, and writes nothing.
 *
 * @param options for Secrets Manager.
 * @throws {UsageError} if the file cannot be used.
 */
export function replayVerifier(
  file: string,
  options: AwsClientOptions,
): (appliance: string) => Promise<ApplianceAudit> {
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
    if (appliance === undefined) return { complaints: [`not audited, because ${file} has no such appliance`] };
    try {
      const { reader } = engines.engineOf(appliance, AUDIT_MS);
      const { systemId, clusters, drainSeconds, saveAfterSeconds } = appliance;
      const settings = { appliance: name, systemId, clusters, drainSeconds, saveAfterSeconds };
      const now = Date.now();
      const { findings, gauges } = await audit(reader, settings, now);
      const empty = gauges.ingresses.live === 0 ? ['no Ingress is recorded on it'] : [];
      const complaints = [
        ...empty,
        ...findings
          .filter((finding) => findingKind(finding) !== 'due')
          .map(({ code, object, is, should }) => `${code}: ${object}: expected ${should}, found ${is}`),
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
