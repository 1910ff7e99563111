/** Exit status after Ctrl-C: 128 plus the number of SIGINT, as in shells. */
export const INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const say = (line: string): void => void process.stderr.write(`nspass: ${line}\n`);

/**
 * Runs an action that Ctrl-C ends after the request under way. A second Ctrl-C ends the process at once.
 *
 * @param action stops when the signal is aborted.
 * @param unfinished says what is done so far, at the second Ctrl-C.
 */
export async function interruptibly(
  action: (signal: AbortSignal) => Promise<void>,
  unfinished: () => string | undefined,
): Promise<void> {
  const ended = new AbortController();
  const stop = (): void => {
    if (ended.signal.aborted) {
      const text = unfinished();
      if (text !== undefined) say(text);
      process.exit(INTERRUPTED);
    }
    ended.abort();
    say('interrupted: the request under way is finished first. Ctrl-C again ends at once.');
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await action(ended.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
