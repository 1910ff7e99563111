import { createHash } from 'node:crypto';
import { type Change, render } from '../plan/index.ts';
import type { Log } from '../telemetry/index.ts';

/** Maximum of commands that are logged per batch. */
const MAX_LINES = 200;
/** Maximum of remembered commands per appliance. Above it all are forgotten, and logged again. */
const MAX_REMEMBERED = 50_000;

/**
 * Logs the plans of appliances on `observe`: each command once, and a summary per batch.
 *
 * Nothing is written, so each event of an Ingress leads to the same plan. Logged commands are remembered while the function
 * is warm; the summary counts all commands.
 */
export class ObservedPlans {
  readonly #logged = new Map<string, Set<string>>();

  log(log: Log, appliance: string, changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const logged = this.#logged.get(appliance) ?? new Set();
    this.#logged.set(appliance, logged);
    if (logged.size > MAX_REMEMBERED) logged.clear();
    const fresh = changes.map((change) => render(change)).filter((command) => !logged.has(digest(command)));
    for (const command of fresh.slice(0, MAX_LINES)) {
      logged.add(digest(command));
      log.info('would change', { appliance, command });
    }
    const left = fresh.length - MAX_LINES;
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
