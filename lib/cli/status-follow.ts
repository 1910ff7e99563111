import { NitroError, NitroUnreachable } from '../nitro/index.ts';
import type { RouteStatus } from '../status/index.ts';
import { type StatusChange, statusChange } from './status-change.ts';

/** Dependencies of {@link followStatus}. */
export interface Follow {
  readonly read: () => Promise<readonly RouteStatus[]>;
  /** Takes the first reading, and each that differs from the one before. */
  readonly show: (change: StatusChange) => void;
  /** Takes a line about the appliance, for a person. */
  readonly say: (line: string) => void;
  /** Waits until the next reading. */
  readonly wait: () => Promise<unknown>;
  readonly signal: AbortSignal;
}

/**
 * Reads again and again until the signal, and shows what changes. An appliance that goes away is reported once, and read
 * again until it answers: who follows wants to see it come back.
 *
 * @throws every other error, such as a rejected password.
 */
export async function followStatus({ read, show, say, wait, signal }: Follow): Promise<void> {
  let before: readonly RouteStatus[] | undefined;
  let away: string | undefined;
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    const reading = await Promise.race([attempt(read), ended]);
    if (reading === undefined) return;
    if ('failure' in reading) {
      if (reading.failure !== away) say(`${reading.failure} Reading again until it answers; Ctrl-C ends.`);
      away = reading.failure;
    } else {
      if (away !== undefined) say('the appliance answers again.');
      away = undefined;
      const change = statusChange(before ?? [], reading.routes);
      if (before === undefined || change.changed.length + change.gone.length > 0) show(change);
      before = reading.routes;
    }
    await Promise.race([wait(), ended]);
  }
}

/** @returns the routes, or why the appliance did not answer. */
async function attempt(
  read: Follow['read'],
): Promise<{ readonly routes: readonly RouteStatus[] } | { readonly failure: string }> {
  try {
    return { routes: await read() };
  } catch (error) {
    if (error instanceof NitroUnreachable) return { failure: `${error.brief}.` };
    // Each attempt with a wrong password counts towards the lock of the user.
    const passes = error instanceof NitroError && error.transient && error.kind !== 'credentials';
    if (!passes) throw error;
    return { failure: `${error.message.replace(/\.$/, '')}.` };
  }
}
