/** Runs all steps of a computation without a pause. @returns what it comes to. */
export function inOne<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
