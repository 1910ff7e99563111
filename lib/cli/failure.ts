/** Names of errors that point to a bug of the program, not to its surroundings. */
const FAULTS = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError']);

/**
 * Explains why a command failed: one sentence if the surroundings are the cause (nothing listens, the service or the
 * appliance refuses), or a request to report a bug of the program.
 *
 * @param debug adds the stack trace, and that of the cause.
 */
export function failureText(error: unknown, debug = false): string {
  if (!(error instanceof Error)) return String(error);
  // Node tried several addresses, and none answered: its error has no message of its own.
  const first = error instanceof AggregateError && error.message === '' ? (error.errors[0] as Error) : error;
  const text = sentence(first);
  return debug ? `${text}\n${stacks(first)}` : text;
}

function sentence(error: Error): string {
  const { errno } = error as NodeJS.ErrnoException;
  if (errno === undefined && FAULTS.has(error.name)) {
    return `unexpected error: ${error.name}: ${error.message}. This is a bug of nspass: please report it, with the stack trace that --debug or NSPASS_DEBUG=1 adds.`;
  }
  return error.message === '' ? error.name : error.message;
}

function stacks(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by: ${stacks(error.cause)}` : stack;
}
