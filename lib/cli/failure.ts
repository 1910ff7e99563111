/** Names of errors that are a fault of the program, not of the world around it. */
const FAULTS = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError']);

/**
 * Says why a command ended: one sentence where the world is the cause (nobody listens, the service or the appliance
 * refuses), and a request to report it where it can only be a fault of the program.
 *
 * @param debug adds the stack, and that of the cause.
 */
export function failureText(error: unknown, debug = false): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses were tried, and none answered: Node says so in an error without a message.
  const told = error instanceof AggregateError && error.message === '' ? (error.errors[0] as Error) : error;
  const text = sentence(told);
  return debug ? `${text}\n${stacks(told)}` : text;
}

function sentence(error: Error): string {
  const { errno } = error as NodeJS.ErrnoException;
  if (errno === undefined && FAULTS.has(error.name)) {
    return `this is a fault of nspass, please report it: ${error.name}: ${error.message}. Run the same with --debug, or with NSPASS_DEBUG=1, for the stack that the report needs.`;
  }
  return error.message === '' ? error.name : error.message;
}

function stacks(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by: ${stacks(error.cause)}` : stack;
}
