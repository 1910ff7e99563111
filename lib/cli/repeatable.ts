/**
 * Collects the values of an option that may be given several times. Commander's own lists (`<name...>`) would consume the
 * folder that follows as another value.
 */
export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
