/** A function that must close resources at the end of its life. */
export type Closable<T> = T & { readonly close: () => Promise<void> };

/** The part of `process` that ends it. */
export interface Ending {
  once(signal: 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Makes a function log out of its appliances when its sandbox ends, because an appliance has few free sessions.
 *
 * Lambda sends SIGTERM, and leaves 300 ms, only where an external extension is registered with the function: CloudWatch
 * Lambda Insights, for example (*Graceful shutdown with AWS Lambda*, aws-samples). Otherwise a sandbox ends without a
 * signal, and the appliance closes the session itself after the idle time that was set at log in.
 */
export function closedAtTheEnd<T>(closable: Closable<T>, ending: Ending = process): Closable<T> {
  ending.once('SIGTERM', () => {
    const end = (): void => ending.exit(0);
    void closable.close().then(end, end);
  });
  return closable;
}
