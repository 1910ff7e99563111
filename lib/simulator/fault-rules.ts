import type { Fault, FaultRule } from './faults.ts';

/** A list of fault rules cannot be used. The message names the rule and what is wrong with it. */
export class FaultRulesInvalid extends Error {
  override readonly name = 'FaultRulesInvalid';
}

type Fields = Readonly<Record<string, unknown>>;
type Check = readonly [expected: string, holds: (value: unknown) => boolean];

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TEXT: Check = ['a text', (value) => typeof value === 'string' && value !== ''];
const wholeFrom = (least: number, most = Number.MAX_SAFE_INTEGER): Check => [
  most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
  (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
];
/** The longest time that a timer of Node waits. */
const DELAY: Check = wholeFrom(0, 2 ** 31 - 1);
const STATUS: Check = wholeFrom(200, 599);
const WHEN: Check = ['"before" or "after"', (value) => value === 'before' || value === 'after'];

const RULE: Readonly<Record<string, Check>> = {
  kind: TEXT,
  method: TEXT,
  operation: TEXT,
  nth: wholeFrom(1),
  times: wholeFrom(0),
  perObjectMs: DELAY,
  fault: ['an object', isObject],
};

/** Fields of each type of fault, and which of them it must have. */
const FAULTS: Readonly<Record<Fault['type'], { readonly fields: Fields; readonly required: readonly string[] }>> = {
  error: { fields: { code: wholeFrom(1), status: STATUS }, required: ['code'] },
  status: { fields: { status: STATUS }, required: ['status'] },
  delay: { fields: { ms: DELAY }, required: ['ms'] },
  reset: { fields: { when: WHEN }, required: ['when'] },
  hang: { fields: { when: WHEN }, required: ['when'] },
};

function checkFields(given: Fields, checks: Readonly<Record<string, Check>>, required: readonly string[]): string[] {
  const missing = required.filter((name) => !(name in given)).map((name) => `"${name}" is missing`);
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) return [`"${name}" is not one of ${Object.keys(checks).join(', ')}`];
    return check[1](value) ? [] : [`"${name}" must be ${check[0]}`];
  });
  return [...missing, ...wrong];
}

function checkFault(fault: unknown): string[] {
  if (!isObject(fault)) return [];
  const { type, ...given } = fault;
  const known = typeof type === 'string' && Object.hasOwn(FAULTS, type) ? FAULTS[type as Fault['type']] : undefined;
  if (known === undefined) return [`"fault.type" must be one of ${Object.keys(FAULTS).join(', ')}`];
  const problems = checkFields(given, known.fields as Readonly<Record<string, Check>>, known.required);
  return problems.map((problem) => `of "fault", ${problem}`);
}

function checkRule(rule: unknown): string[] {
  if (!isObject(rule)) return ['it is not an object'];
  const effect = rule.fault === undefined && rule.perObjectMs === undefined ? ['it has no "fault"'] : [];
  return [...effect, ...checkFields(rule, RULE, []), ...checkFault(rule.fault)];
}

/**
 * Checks fault rules that come from a file or a client. A misspelt condition would match every request.
 *
 * @throws {FaultRulesInvalid} names the first rule that is wrong, counted from 1
 */
export function checkFaultRules(given: unknown): FaultRule[] {
  if (!Array.isArray(given)) throw new FaultRulesInvalid('The rules of faults must be a list.');
  given.forEach((rule, index) => {
    const [problem] = checkRule(rule);
    if (problem !== undefined) throw new FaultRulesInvalid(`Rule ${index + 1} cannot be used: ${problem}.`);
  });
  return given as FaultRule[];
}
