import type { Logger } from '@aws-lambda-powertools/logger';
import { errorFields, type Log, type LogFields, type LogLevel } from './log.ts';

/** Returns the log of a Lambda function: Powertools adds request id, cold start and sampling. */
export function powertoolsLog(logger: Pick<Logger, LogLevel>): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => logger[level](message, printable(fields));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function printable(fields: LogFields = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? errorFields(value) : value]),
  );
}
