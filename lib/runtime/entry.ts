import type { Context } from 'aws-lambda';

/** A function with something to close at the end of its life. */
export type Closable<T> = T & { readonly close: () => Promise<void> };

/** Ends a process: Node's own in a deployment. */
export interface Ending {
  once(signal: 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/** A function as Lambda calls it. Some have something to close. */
type Handler<E, R> = ((event: E, context: Context) => Promise<R>) & Partial<Closable<unknown>>;

/**
 * Returns the entry point of a Lambda function. The handler is created at the first invocation, so that a wrong
 * configuration is an error of an invocation, with its reason in the log, and kept while the sandbox is warm.
 *
 * A handler with `close` logs out of its appliances when its sandbox ends: few sessions are free on an appliance.
 * Lambda sends SIGTERM, and leaves 300 ms, only where an external extension is registered with the function: CloudWatch
 * Lambda Insights, for example (*Graceful shutdown with AWS Lambda*, aws-samples). Without one a sandbox ends without a
 * word, and the appliance ends its session itself after the idle time that was asked for at log in.
 *
 * @param create is called again at the next invocation where it throws.
 */
export function lambdaEntry<E, R>(
  create: () => Handler<E, R>,
  ending: Ending = process,
): (event: E, context: Context) => Promise<R> {
  let handler: Handler<E, R> | undefined;
  return async (event, context) => {
    if (handler === undefined) {
      handler = create();
      closeAtTheEnd(handler, ending);
    }
    return handler(event, context);
  };
}

function closeAtTheEnd({ close }: Partial<Closable<unknown>>, ending: Ending): void {
  if (close === undefined) return;
  ending.once('SIGTERM', () => {
    const end = (): void => ending.exit(0);
    void close().then(end, end);
  });
}
