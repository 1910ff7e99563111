import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Engines } from '../../functions/runtime.ts';
import type { ClientOptions } from '../aws/client-config.ts';
import { createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import { parseAppliances } from '../config/yaml.ts';
import { decodeLedger } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { readMap } from '../nitro/index.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { UsageError } from './usage.ts';

/** Longest look at one appliance, in milliseconds. */
const LOOK_MS = 120_000;

/** Looks at an appliance, and says what is not finished on it. */
export type Verifier = (appliance: string) => Promise<readonly string[]>;

/**
 * A verifier with the appliances of a file: reads the records on them, writes nothing.
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
      const { ledgerMap } = namesOf(appliance.systemId);
      const complaints: string[] = [];
      for (const cluster of appliance.clusters) {
        const { ingresses } = decodeLedger(await readMap(reader, ledgerMap(cluster)));
        const rows = [...ingresses.values()];
        if (rows.length === 0) complaints.push(`nothing of cluster ${cluster} is recorded`);
        for (const row of rows.filter(({ state }) => state === 'pending')) {
          complaints.push(`${cluster} ${row.namespace}/${row.name} is begun and not finished`);
        }
      }
      return complaints;
    } catch (error) {
      return [`cannot be read: ${(error as Error).message}`];
    } finally {
      await engines.close().catch(() => undefined);
    }
  };
}

function readConfig(file: string) {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  try {
    return parseAppliances(text, file).map((appliance) => {
      const { ca } = appliance.tls;
      return ca === undefined ? appliance : { ...appliance, tls: { ...appliance.tls, ca: resolve(dirname(file), ca) } };
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
