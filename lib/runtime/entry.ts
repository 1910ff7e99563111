import type { Context } from 'aws-lambda';

/** A function that holds resources until its sandbox ends. */
export type Closable<T> = T & { readonly close: () => Promise<void> };

/** Part of Node's `process` that a sandbox's end needs. */
export interface ProcessLifecycle {
  once(signal: 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/** A Lambda function, with or without `close`. */
type Handler<E, R> = ((event: E, context: Context) => Promise<R>) & Partial<Closable<unknown>>;

/**
 * Returns the entry point of a Lambda function. The handler is created at the first invocation, so that an invalid
 * configuration fails the invocation with a reason in the log, and is kept while the sandbox is warm.
 *
 * A handler with `close` logs out of its appliances when its sandbox ends, because an appliance has few sessions.
 * Lambda sends SIGTERM, and waits 300 ms, only for functions with an external extension, as CloudWatch Lambda Insights
 * (*Graceful shutdown with AWS Lambda*, aws-samples). Without one the sandbox ends without a signal, and the appliance
 * ends the session after the idle time that was set at login.
 *
 * @param create is called again at the next invocation if it throws.
 */
export function lambdaEntry<E, R>(
  create: () => Handler<E, R>,
  lifecycle: ProcessLifecycle = process,
): (event: E, context: Context) => Promise<R> {
  let handler: Handler<E, R> | undefined;
  return async (event, context) => {
    if (handler === undefined) {
      handler = create();
      closeOnSigterm(handler, lifecycle);
    }
    return handler(event, context);
  };
}

function closeOnSigterm({ close }: Partial<Closable<unknown>>, lifecycle: ProcessLifecycle): void {
  if (close === undefined) return;
  lifecycle.once('SIGTERM', () => {
    const end = (): void => lifecycle.exit(0);
    void close().then(end, end);
  });
}
