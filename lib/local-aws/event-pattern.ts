import { compileValueMatcher, PatternInvalid, type ValueMatcher } from './value-matcher.ts';

/** Whether an event (the whole envelope) matches. */
export type EventMatcher = (event: unknown) => boolean;

type Node = (value: unknown) => boolean;

/**
 * Compiles an EventBridge event pattern (EventBridge user guide, *Event patterns* and *Comparison operators*).
 *
 * All names of an object must match; of an array's entries, one. A field of the event that is an array matches where
 * one of its elements does; through an array of objects, each name is looked for in all of them. `$or` takes two or
 * more patterns, of which one must match.
 *
 * Not taken over: the service's limits on the complexity of a pattern, and that several names under an array of objects
 * must be found in the same object.
 *
 * @throws {PatternInvalid}
 */
export function compilePattern(pattern: unknown): EventMatcher {
  if (!isObject(pattern)) throw new PatternInvalid('Filter is not an object');
  if (Object.keys(pattern).length === 0) throw new PatternInvalid('Empty filter is not allowed');
  return compileObject(pattern);
}

/** The same, from JSON text. */
export function parsePattern(text: string): EventMatcher {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PatternInvalid('Filter is not valid JSON');
  }
  return compilePattern(json);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileObject(pattern: Record<string, unknown>): Node {
  const tests = Object.entries(pattern).map(([name, inner]): Node => {
    if (name === '$or' && isOr(inner)) {
      const alternatives = inner.map(compileObject);
      return (event) => alternatives.some((matches) => matches(event));
    }
    const matches = compileField(name, inner);
    return (event) => matches(fieldOf(event, name));
  });
  return (event) => tests.every((matches) => matches(event));
}

/** A field that happens to be named `$or` is one like any other: only an array of two or more objects is the operator. */
function isOr(inner: unknown): inner is Record<string, unknown>[] {
  return Array.isArray(inner) && inner.length >= 2 && inner.every((item) => isObject(item) && !isExpression(item));
}

const OPERATORS = [
  'anything-but',
  'cidr',
  'equals-ignore-case',
  'exists',
  'numeric',
  'prefix',
  'suffix',
  'wildcard',
] as const;

function isExpression(item: Record<string, unknown>): boolean {
  const names = Object.keys(item);
  return names.length === 1 && (OPERATORS as readonly string[]).includes(names[0] as string);
}

function compileField(name: string, inner: unknown): Node {
  if (isObject(inner)) {
    if (Object.keys(inner).length === 0) throw new PatternInvalid(`Empty objects are not allowed: "${name}"`);
    return compileObject(inner);
  }
  if (!Array.isArray(inner)) throw new PatternInvalid(`"${name}" must be an object or an array`);
  if (inner.length === 0) throw new PatternInvalid(`Empty arrays are not allowed: "${name}"`);
  const leaves = inner.map(compileValueMatcher);
  return (value) => leaves.some((leaf) => matchLeaf(leaf, value));
}

/** Objects are no leaves: `exists` speaks of scalars and arrays of them only, as in the service. */
function matchLeaf(leaf: ValueMatcher, value: unknown): boolean {
  if (Array.isArray(value)) {
    const scalars = value.flat(Number.POSITIVE_INFINITY).filter((item) => !isObject(item));
    return scalars.length === 0 ? leaf(undefined) : scalars.some(leaf);
  }
  return leaf(isObject(value) ? undefined : value);
}

/** The field of an object; of an array, that of all objects in it. */
function fieldOf(event: unknown, name: string): unknown {
  if (Array.isArray(event)) {
    const found = event.map((item) => fieldOf(item, name)).filter((item) => item !== undefined);
    return found.length === 0 ? undefined : found;
  }
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}
