import { NitroUnreachable, type Transport } from '../nitro/index.ts';
import type { FailedAttempt } from '../retry/backoff.ts';

/** Reports to a terminal while an appliance is slow or silent, and how long the command waited in the end. */
export interface Contact {
  /** Wraps the transport of an endpoint, to report its silence. */
  readonly wrap: (transport: Transport, endpoint: string) => Transport;
  /** Reports a failed attempt, before the wait for the next. */
  readonly onRetry: (retry: FailedAttempt) => void;
  /** Adds the time and the attempts to an error about an unreachable appliance; returns others unchanged. */
  readonly gaveUp: (error: unknown) => unknown;
}

export interface ContactOptions {
  readonly say: (line: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls back after milliseconds. @returns cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** The appliance is unreachable after all attempts. */
export class ApplianceUnreachable extends Error {
  override readonly name = 'ApplianceUnreachable';
}

/** Silence before the first report, and between the next ones, in milliseconds. */
const FIRST_REPORT_MS = 3_000;
const NEXT_REPORT_MS = 10_000;

export function contact({ say, now, after }: ContactOptions): Contact {
  const began = now();
  let attempts = 1;

  function reportSilence(endpoint: string, request: string): () => void {
    const started = now();
    let cancel = (): void => {};
    const wait = (ms: number): void => {
      cancel = after(ms, () => {
        say(`waiting for ${endpoint} to answer ${request}: ${seconds(now() - started)} so far`);
        wait(NEXT_REPORT_MS);
      });
    };
    wait(FIRST_REPORT_MS);
    return () => cancel();
  }

  return {
    wrap: (transport, endpoint) => async (call) => {
      const done = reportSilence(endpoint, `${call.method} ${call.path.split('?')[0]}`);
      try {
        return await transport(call);
      } finally {
        done();
      }
    },
    onRetry({ attempt, attempts: all, waitMs, error }) {
      attempts = Math.max(attempts, attempt + 1);
      const why = error instanceof NitroUnreachable ? error.brief : (error as Error).message;
      say(`attempt ${attempt} of ${all} failed, retrying in ${seconds(waitMs)}: ${why}`);
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
