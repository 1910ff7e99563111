/** A function with something to close at the end of its life. */
export type Closable<T> = T & { readonly close: () => Promise<void> };

/** What ends a process. */
export interface Ending {
  once(signal: 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Has a function log out of its appliances when its sandbox ends: few sessions are free on an appliance.
 *
 * Lambda sends SIGTERM, and leaves 300 ms, only where an external extension is registered with the function: CloudWatch
 * Lambda Insights, for example (*Graceful shutdown with AWS Lambda*, aws-samples). Without one a sandbox ends without a
 * word, and the appliance ends its session itself after the idle time that was asked for at log in.
 */
export function closedAtTheEnd<T>(closable: Closable<T>, ending: Ending = process): Closable<T> {
  ending.once('SIGTERM', () => {
    const end = (): void => ending.exit(0);
    void closable.close().then(end, end);
  });
  return closable;
}
