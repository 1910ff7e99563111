import { isDeeperThan } from '../contract/index.ts';
import { compileValueMatcher, PatternInvalid, type ValueMatcher } from './value-matcher.ts';

/** Returns whether an event (the whole envelope) matches. */
export type EventMatcher = (event: unknown) => boolean;

type Node = (value: unknown) => boolean;

/** Deeper patterns would need as much stack. */
const MAX_DEPTH = 100;

/**
 * Compiles an EventBridge event pattern (EventBridge user guide, *Event patterns* and *Comparison operators*).
 *
 * All names of an object must match, and one entry of an array. A field that is an array matches if one of its elements
 * does; in an array of objects, each name is searched in all of them. `$or` takes two or more patterns, one of which must
 * match.
 *
 * Unlike the service, it does not limit the complexity of a pattern, and does not require that several names under an array
 * of objects match in the same object.
 *
 * @throws {PatternInvalid}
 */
export function compilePattern(pattern: unknown): EventMatcher {
  if (!isObject(pattern)) throw new PatternInvalid('Filter is not an object');
  if (isDeeperThan(pattern, MAX_DEPTH)) throw new PatternInvalid(`Filter is nested more than ${MAX_DEPTH} deep`);
  if (Object.keys(pattern).length === 0) throw new PatternInvalid('Empty filter is not allowed');
  return compileObject(pattern);
}

/** Compiles a pattern from JSON text. @throws {PatternInvalid} */
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

/** Returns whether `$or` is the operator: an array of two or more objects. Otherwise it is a field with that name. */
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
  const matchers = inner.map(compileValueMatcher);
  return (value) => matchers.some((matcher) => matchesValue(matcher, value));
}

/** Applies a matcher to a field. Objects count as absent: `exists` covers scalars and arrays of them, as in the service. */
function matchesValue(matcher: ValueMatcher, value: unknown): boolean {
  if (Array.isArray(value)) {
    const scalars = value.flat(Number.POSITIVE_INFINITY).filter((item) => !isObject(item));
    return scalars.length === 0 ? matcher(undefined) : scalars.some(matcher);
  }
  return matcher(isObject(value) ? undefined : value);
}

/** Returns the field of an object, or those of all objects in an array. */
function fieldOf(event: unknown, name: string): unknown {
  if (Array.isArray(event)) {
    const found = event.map((item) => fieldOf(item, name)).filter((item) => item !== undefined);
    return found.length === 0 ? undefined : found;
  }
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}
