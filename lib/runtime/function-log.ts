import { Logger } from '@aws-lambda-powertools/logger';
import { visible } from '../contract/index.ts';
import type { Log } from '../telemetry/index.ts';
import { powertoolsLog } from '../telemetry/powertools-log.ts';

/**
 * Returns the log of a function. Lines quote events, which anybody on the bus may have made, and people read them in
 * terminals: {@link visible} replaces the characters that JSON leaves as they are.
 */
export function functionLog(serviceName: string): Log {
  const jsonReplacerFn = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? visible(value) : value;
  return powertoolsLog(new Logger({ serviceName, jsonReplacerFn }));
}
