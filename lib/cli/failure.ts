/** Names of errors that are a fault of the program, not of the world around it. */
const FAULTS = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError']);

/**
 * What to say of an error that ended a command: one sentence where the world is the cause (no region, no credentials,
 * nobody listens, the service or the appliance refuses), and the stack where it can only be a fault of the program.
 */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message === 'Region is missing') return 'No region is known: name one with --region, or set AWS_REGION.';
  // Several addresses were tried, and none answered: Node says so in an error without a message.
  const told = error instanceof AggregateError && error.message === '' ? (error.errors[0] as Error) : error;
  const { errno } = told as NodeJS.ErrnoException;
  if (errno === undefined && FAULTS.has(told.name)) return told.stack ?? told.message;
  return told.message === '' ? told.name : told.message;
}
