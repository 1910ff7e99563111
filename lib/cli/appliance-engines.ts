import { type CredentialsProvider, createCredentialsProvider, secretsManagerClient } from '../aws/secrets.ts';
import type { ApplianceConfig } from '../config/appliances.ts';
import { Engines } from '../runtime/engines.ts';
import { silentMetrics } from '../telemetry/index.ts';
import { type CloudOptions, clientOf } from './cloud.ts';
import { type Contact, contact } from './contact.ts';

/** Takes a line for the user, without the name of the program. */
export type Say = (line: string) => void;

export const toStandardError: Say = (line) => void process.stderr.write(`nspass: ${line}\n`);

/** How a command talks to appliances. */
export interface TerminalOptions {
  /** Reports slow answers and retries (default: on standard error). */
  readonly say?: Say;
  /** Ends the calls that are under way, and forbids others but the log out. */
  readonly signal?: AbortSignal;
}

/**
 * Returns sessions with appliances for a user at a terminal.
 *
 * @param appliances every appliance of a configuration.
 * @param options for Secrets Manager.
 */
export function terminalEngines(
  appliances: readonly ApplianceConfig[],
  options: CloudOptions,
  { say = toStandardError, signal }: TerminalOptions = {},
): { readonly engines: Engines; readonly credentials: CredentialsProvider; readonly gaveUp: Contact['gaveUp'] } {
  const cloud = clientOf(options);
  const credentials = createCredentialsProvider({ secrets: () => secretsManagerClient(cloud) });
  const { wrap, onRetry, gaveUp } = contact({
    say,
    now: () => performance.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  const engines = new Engines({
    reserveMs: 0,
    wrap,
    onRetry,
    appliances,
    credentials,
    random: Math.random,
    now: Date.now,
    metrics: silentMetrics,
    ...(signal === undefined ? {} : { signal }),
  });
  return { engines, credentials, gaveUp };
}
