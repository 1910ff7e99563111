/** Fields beside a message: plain data, never a credential, a token or a whole request. */
export type LogFields = Readonly<Record<string, unknown>>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A structured log: the message is constant, and fields hold the values. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Returns a log that writes one JSON object per line: `{"time","level","message",…fields}`.
 *
 * @param options.write receives a line with its line break. Default: standard error, because standard output is for results.
 * @param options.level lowest level that is written.
 * @param options.now milliseconds since the epoch.
 * @param options.fields fields of every line.
 */
export function jsonLog(
  options: { write?: (line: string) => void; level?: LogLevel; now?: () => number; fields?: LogFields } = {},
): Log {
  const write = options.write ?? ((line) => void process.stderr.write(line));
  const now = options.now ?? Date.now;
  const least = LOG_LEVELS.indexOf(options.level ?? 'info');
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(level) < least) return;
    const entry = { time: new Date(now()).toISOString(), level, message, ...options.fields, ...fields };
    write(`${toJson(entry)}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Matches what a terminal or a log viewer obeys instead of showing it. */
const ACTIVE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Returns JSON of the same value in which each active character is written as `\uXXXX`. */
function visibleJson(json: string): string {
  const hex = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');
  return json.replace(ACTIVE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${hex(unit)}`)
      .join(''),
  );
}

/** Returns JSON that shows errors, and never throws: a log line must not break the code that it reports on. */
function toJson(entry: LogFields): string {
  try {
    const json = JSON.stringify(entry, (_key, value: unknown) => {
      if (value instanceof Error) return errorFields(value);
      return typeof value === 'bigint' ? String(value) : value;
    });
    // JSON leaves the controls from U+007F and marks of direction as they are; a terminal obeys them.
    return visibleJson(json);
  } catch {
    return JSON.stringify({ time: entry.time, level: entry.level, message: entry.message, unprintable: true });
  }
}

/** Returns the message of whatever was thrown. */
export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns name, message and cause of an error. Other properties are left out: SDK errors carry whole responses. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { message: errorMessage(error) };
  return {
    name: error.name,
    message: error.message,
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  };
}
