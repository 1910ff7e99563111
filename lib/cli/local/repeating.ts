/**
 * Runs a task at an interval, one run at a time: a run that takes longer than the interval delays the next one.
 *
 * @param task must not throw.
 * @param every starts an interval, and returns how to end it.
 * @returns a function that ends the interval, and resolves when the current run has ended.
 */
export function repeat(task: () => Promise<void>, every: (action: () => void) => () => void): () => Promise<void> {
  let running: Promise<void> | undefined;
  const end = every(() => {
    running ??= task().finally(() => {
      running = undefined;
    });
  });
  return async () => {
    end();
    await running;
  };
}
