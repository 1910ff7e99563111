import { createHash } from 'node:crypto';
import { type Change, render } from '../plan/index.ts';
import type { Log } from '../telemetry/index.ts';

/** Most lines of one batch. */
const MOST_LINES = 200;
/** Most commands remembered for one appliance; above it, all are forgotten and logged once more. */
const MOST_REMEMBERED = 50_000;

/**
 * Logs what would be written to appliances with `observe`: a summary for each batch, and each command once.
 *
 * Nothing is written, so each event of an Ingress leads to the same plan again. Logged commands are remembered while the
 * function is warm; the summary counts all.
 */
export class ObservedPlans {
  readonly #said = new Map<string, Set<string>>();

  tell(log: Log, appliance: string, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const said = this.#said.get(appliance) ?? new Set();
    this.#said.set(appliance, said);
    if (said.size > MOST_REMEMBERED) said.clear();
    const fresh = changes.map((change) => render(change)).filter((command) => !said.has(digest(command)));
    for (const command of fresh.slice(0, MOST_LINES)) {
      said.add(digest(command));
      log.info('would change', { appliance, command });
    }
    const left = fresh.length - MOST_LINES;
    const kinds = Object.fromEntries(
      [...Map.groupBy(changes, ({ op }) => op)].map(([op, list]) => [op, list.length] as const),
    );
    log.info('would change: summary', {
      appliance,
      changes: changes.length,
      kinds,
      new: fresh.length,
      ...(left > 0 ? { left } : {}),
    });
  }
}

const digest = (command: string): string => createHash('sha256').update(command).digest('base64').slice(0, 16);
