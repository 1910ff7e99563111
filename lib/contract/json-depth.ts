/**
 * Returns whether a JSON value is nested more than `limit` deep. It needs no stack of its own: what walks such a value by
 * recursion afterwards, as `JSON.stringify` does, could overflow the stack.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const field of Object.values(one)) if (typeof field === 'object' && field !== null) next.push(field);
    }
    level = next;
  }
  return false;
}
