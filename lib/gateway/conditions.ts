import { list, record, text } from '../ingress/shape.ts';

/** A condition as the rules decide it. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Returns a condition that is true, with its own type as the reason where none is given. */
export const met = (type: string, message: string, reason = type): Condition => ({
  type,
  status: 'True',
  reason,
  message,
});

export const unmet = (type: string, reason: string, message: string): Condition => ({
  type,
  status: 'False',
  reason,
  message,
});

/** When a status is computed, and for which version of the object. */
export interface StatusTime {
  /** `metadata.generation` of the object that was judged. */
  readonly generation: number;
  /** RFC 3339, in seconds. */
  readonly now: string;
}

/**
 * Returns whether a condition was computed for a newer version of the object: the judged copy is old, and nothing may be
 * written from it (GW-14).
 */
export function isStale(existing: unknown, wanted: readonly Condition[], { generation }: StatusTime): boolean {
  return list(existing)
    .map(record)
    .some(
      ({ type, observedGeneration }) =>
        typeof observedGeneration === 'number' &&
        observedGeneration > generation &&
        wanted.some((condition) => condition.type === type),
    );
}

/**
 * Merges conditions into those of an object (GW-14). Types that are not wanted stay as they are, in their places. Of one type
 * there is one condition. `lastTransitionTime` changes only with `status`. Source: the notes for implementors at
 * `GatewayClassStatus.Conditions` in apis/v1/gatewayclass_types.go.
 *
 * @param existing `conditions` as read from the API server, unchecked.
 */
export function mergeConditions(
  existing: unknown,
  wanted: readonly Condition[],
  { generation, now }: StatusTime,
): unknown[] {
  const open = new Map(wanted.map((condition) => [condition.type, condition]));
  const types = new Set(open.keys());
  const stamp = (condition: Condition, before: unknown): object => {
    const { status, lastTransitionTime } = record(before);
    const since = status === condition.status ? text(lastTransitionTime) : undefined;
    return { ...condition, observedGeneration: generation, lastTransitionTime: since ?? now };
  };
  const merged = list(existing).flatMap((each) => {
    const type = text(record(each).type) ?? '';
    if (!types.has(type)) return [each];
    const condition = open.get(type);
    open.delete(type);
    return condition === undefined ? [] : [stamp(condition, each)];
  });
  return [...merged, ...[...open.values()].map((condition) => stamp(condition, undefined))];
}
