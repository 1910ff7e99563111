import { BlockList, isIP } from 'node:net';
import { matchesParts } from '../contract/index.ts';

/** Matches one value of an event: a scalar, or undefined if the field is absent. */
export type ValueMatcher = (value: unknown) => boolean;

/** A pattern is not valid. The service rejects it when a rule or an archive is created. */
export class PatternInvalid extends Error {
  override readonly name = 'PatternInvalid';
}

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Compiles one entry of a pattern's array.
 *
 * | pattern | matches |
 * |---|---|
 * | `"x"`, `1`, `true`, `null` | that value |
 * | `{"prefix":"x"}`, `{"suffix":"x"}` | strings that begin or end with it; `{"prefix":{"equals-ignore-case":"x"}}` in any case |
 * | `{"equals-ignore-case":"x"}` | strings, in any case |
 * | `{"wildcard":"a*b"}` | strings; `*` matches any characters, `\*` the star itself |
 * | `{"anything-but":…}` | scalars that are present and differ: from a value, a list, or prefix, suffix, equals-ignore-case, wildcard of one or a list |
 * | `{"numeric":[">",0,"<=",5]}` | numbers in the range |
 * | `{"cidr":"10.0.0.0/8"}` | strings that are addresses in the range |
 * | `{"exists":true}`, `{"exists":false}` | a field that is present, or absent |
 */
export function compileValueMatcher(pattern: unknown): ValueMatcher {
  if (isScalar(pattern)) return (value) => value === pattern;
  const [operator, argument] = only(pattern);
  switch (operator) {
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return compileText(operator, argument);
    case 'anything-but':
      return compileAnythingBut(argument);
    case 'numeric':
      return compileNumeric(argument);
    case 'cidr':
      return compileCidr(argument);
    case 'exists':
      if (typeof argument !== 'boolean') throw new PatternInvalid('exists match pattern must be either true or false');
      return (value) => (value !== undefined) === argument;
    default:
      throw new PatternInvalid(`Unrecognized match type ${operator}`);
  }
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function only(pattern: unknown): [string, unknown] {
  const entries = typeof pattern === 'object' && !Array.isArray(pattern) ? Object.entries(pattern as Arguments) : [];
  if (entries.length !== 1) throw new PatternInvalid('a match expression is an object with exactly one name');
  return entries[0] as [string, unknown];
}

function text(value: unknown, operator: string): string {
  if (typeof value !== 'string') throw new PatternInvalid(`${operator} match pattern must be a string`);
  return value;
}

function compileText(operator: string, argument: unknown): ValueMatcher {
  const onString = (test: (value: string) => boolean) => (value: unknown) => typeof value === 'string' && test(value);
  if (operator === 'wildcard') {
    const parts = wildcardParts(text(argument, operator));
    return onString((value) => matchesParts(value, parts));
  }
  if (operator === 'equals-ignore-case') {
    const wanted = text(argument, operator).toLowerCase();
    return onString((value) => value.toLowerCase() === wanted);
  }
  const has = (value: string, part: string) => (operator === 'prefix' ? value.startsWith(part) : value.endsWith(part));
  if (typeof argument === 'string') return onString((value) => has(value, argument));
  const [inner, part] = only(argument);
  if (inner !== 'equals-ignore-case') throw new PatternInvalid(`${operator} match pattern must be a string`);
  const wanted = text(part, operator).toLowerCase();
  return onString((value) => has(value.toLowerCase(), wanted));
}

/** Returns the parts of a pattern between its stars. */
function wildcardParts(pattern: string): string[] {
  if (/(?<!\\)\*\*/.test(pattern)) throw new PatternInvalid('Consecutive wildcard characters');
  const parts: string[] = [];
  let part = '';
  for (const [, escaped, stray, star, plain] of pattern.matchAll(/\\([*\\])|(\\)|(\*)|([^\\*]+)/g)) {
    if (stray !== undefined) throw new PatternInvalid('Invalid escape character');
    if (star === undefined) part += escaped ?? plain ?? '';
    else {
      parts.push(part);
      part = '';
    }
  }
  return [...parts, part];
}

function compileAnythingBut(argument: unknown): ValueMatcher {
  const none = (matchers: readonly ValueMatcher[]): ValueMatcher => {
    if (matchers.length === 0) throw new PatternInvalid('anything-but needs at least one value');
    return (value) => value !== undefined && !matchers.some((matches) => matches(value));
  };
  if (isScalar(argument)) return none([compileValueMatcher(argument)]);
  if (Array.isArray(argument)) {
    if (!argument.every((item) => typeof item === 'string' || typeof item === 'number')) {
      throw new PatternInvalid('Inside anything-but list, only strings and numbers are supported');
    }
    return none(argument.map(compileValueMatcher));
  }
  const [operator, inner] = only(argument);
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
    throw new PatternInvalid(`Unsupported anything-but pattern ${operator}`);
  }
  return none((Array.isArray(inner) ? inner : [inner]).map((item) => compileText(operator, item)));
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function compileNumeric(argument: unknown): ValueMatcher {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0 || argument.length > 4) {
    throw new PatternInvalid('numeric match is an array of one or two comparisons, each an operator and a number');
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const [operator, bound] = [argument[index], argument[index + 1]] as [unknown, unknown];
    const compare = typeof operator === 'string' && Object.hasOwn(COMPARISONS, operator) && COMPARISONS[operator];
    if (compare === false || compare === undefined)
      throw new PatternInvalid(`Unrecognized numeric operator ${operator}`);
    if (typeof bound !== 'number') throw new PatternInvalid('Value of a numeric comparison must be a number');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function compileCidr(argument: unknown): ValueMatcher {
  const cidr = text(argument, 'cidr');
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const family = isIP(address);
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(length <= (family === 4 ? 32 : 128))) {
    throw new PatternInvalid(`Malformed CIDR ${cidr}`);
  }
  const list = new BlockList();
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
  return (value) => {
    if (typeof value !== 'string') return false;
    const kind = isIP(value);
    return kind !== 0 && list.check(value, kind === 4 ? 'ipv4' : 'ipv6');
  };
}
