import { decodeLedger, type Ledger } from '../ledger/index.ts';
import { namesOf } from '../netscaler/index.ts';
import { type ItemResult, readMap, type StatisticsReader } from '../nitro/index.ts';
import type { Engine } from '../reconcile/index.ts';

/** What the steps of a take-over work with. */
export interface AdoptContext {
  readonly engine: Engine;
  /** Name of the cluster in events and ledger. */
  readonly cluster: string;
  readonly clusterUid: string;
  /** Returns a sequence above all that the appliance has recorded of the cluster. */
  readonly nextSequence: () => number;
  /** Renames the incumbent's csvserver. @throws {NitroError} */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Counts connections of the incumbent's. */
  readonly statistics: StatisticsReader;
  /** Begins the names of the incumbent's objects, without the hyphen. */
  readonly prefix: string;
}

/** A step stopped: the appliance is as it says, and running the command again continues. */
export class AdoptionStopped extends Error {
  override readonly name = 'AdoptionStopped';
}

/** Reads the ledger of a cluster. */
export async function readLedger({ reader, settings }: Engine, cluster: string): Promise<Ledger> {
  return decodeLedger(await readMap(reader, namesOf(settings.systemId).ledgerMap(cluster)));
}

/** Returns a source of sequences above those of a ledger. @param now milliseconds since the epoch. */
export function sequencesAbove({ ingresses, watermarks }: Ledger, now: () => number): () => number {
  let last = [...ingresses.values(), ...watermarks].reduce((most, { sequence }) => Math.max(most, sequence), 0);
  return () => {
    last = Math.max(now(), last + 1);
    return last;
  };
}

/** Checks the results of a call. @param accepted kinds of errors that say that nothing was left to do. @throws the first. */
export function done(results: readonly ItemResult[], accepted: readonly string[] = []): void {
  const failed = results.find((result) => result !== undefined && !accepted.includes(result.kind));
  if (failed !== undefined) throw failed;
}
