import { NitroUnreachable, type Transport } from '../nitro/index.ts';
import type { FailedAttempt } from '../retry/backoff.ts';

/** What somebody at a terminal hears while an appliance is slow or silent, and how long it took in the end. */
export interface Contact {
  /** Around every request to an endpoint. */
  readonly wrap: (transport: Transport, endpoint: string) => Transport;
  /** Before every repeat. */
  readonly onRetry: (retry: FailedAttempt) => void;
  /** Adds to an error of reaching the appliance how long was really waited; leaves others as they are. */
  readonly gaveUp: (error: unknown) => unknown;
}

export interface ContactOptions {
  readonly say: (line: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds. @returns cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** The appliance could not be reached, after all attempts. */
export class ApplianceUnreachable extends Error {
  override readonly name = 'ApplianceUnreachable';
}

/** Silence after which somebody who waits is told, and then how often, in milliseconds. */
const FIRST_WORD_MS = 3_000;
const NEXT_WORD_MS = 10_000;

export function contact({ say, now, after }: ContactOptions): Contact {
  const began = now();
  let attempts = 1;

  function narrate(endpoint: string, what: string): () => void {
    const started = now();
    let cancel = (): void => {};
    const wait = (ms: number): void => {
      cancel = after(ms, () => {
        say(`waiting for ${endpoint} to answer ${what}: ${seconds(now() - started)} so far`);
        wait(NEXT_WORD_MS);
      });
    };
    wait(FIRST_WORD_MS);
    return () => cancel();
  }

  return {
    wrap: (transport, endpoint) => async (call) => {
      const done = narrate(endpoint, `${call.method} ${call.path.split('?')[0]}`);
      try {
        return await transport(call);
      } finally {
        done();
      }
    },
    onRetry({ attempt, attempts: all, waitMs, error }) {
      attempts = Math.max(attempts, attempt + 1);
      say(
        `attempt ${attempt} of ${all}: ${error instanceof NitroUnreachable ? error.brief : (error as Error).message}`,
      );
      say(`attempt ${attempt + 1} begins in ${seconds(waitMs)}`);
    },
    gaveUp(error) {
      if (!(error instanceof NitroUnreachable)) return error;
      const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
      return new ApplianceUnreachable(`${error.message} Gave up after ${seconds(now() - began)} and ${times}.`, {
        cause: error,
      });
    },
  };
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
