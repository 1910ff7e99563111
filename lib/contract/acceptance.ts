import type * as z from 'zod/mini';

type Schema = z.core.$ZodType;
type AnySchema = z.core.$ZodTypes;

/** Returns true only if a schema admits a value as it is. False decides nothing: the schema is then asked itself. */
export type Acceptance = (value: unknown) => boolean;

const never: Acceptance = () => false;

/**
 * Derives a quick test from a schema. Events that the project publishes pass it, in a tenth of the time that zod takes to copy
 * a value and to note its issues. What it does not admit, or does not know, is left to the schema, which also says why.
 *
 * @param others what keys are that the schema of an object does not name, and would leave out: `refused`, or `ignored` where
 *   the reader asks for none of them. A strict object has none.
 */
export function acceptanceOf(schema: Schema, others: 'refused' | 'ignored' = 'refused'): Acceptance {
  const { def } = (schema as AnySchema)._zod;
  if ('coerce' in def && def.coerce === true) return never;
  const checks = (def.checks ?? []).map(checkOf);
  switch (def.type) {
    case 'string':
      return 'check' in def ? never : checked((value) => typeof value === 'string', checks);
    case 'number':
      if (!('check' in def)) return checked((value) => typeof value === 'number', checks);
      return 'format' in def && def.format === 'safeint' ? checked(Number.isSafeInteger, checks) : never;
    case 'boolean':
      return checked((value) => typeof value === 'boolean', checks);
    case 'literal':
      return checked(isOneOf(def.values), checks);
    case 'enum':
      return checked(isOneOf(Object.values(def.entries)), checks);
    case 'union':
      return checked(anyOf(def.options.map((option) => acceptanceOf(option, others))), checks);
    case 'optional':
      // Whether a key is there is for its object to ask: JSON has no undefined.
      return checked(acceptanceOf(def.innerType, others), checks);
    case 'array':
      return checked(listOf(acceptanceOf(def.element, others)), checks);
    case 'record':
      return checked(recordOf(acceptanceOf(def.keyType), acceptanceOf(def.valueType, others)), checks);
    case 'object':
      return checked(objectOf(def, others), checks);
    case 'unknown':
      return checked(() => true, checks);
    default:
      return never;
  }
}

function checked(type: Acceptance, checks: readonly Acceptance[]): Acceptance {
  const [first, ...more] = checks;
  if (first === undefined) return type;
  if (more.length === 0) return (value) => type(value) && first(value);
  return (value) => type(value) && checks.every((check) => check(value));
}

/** The length of a text or a list. */
const lengthOf = (value: unknown): number => (value as { readonly length: number }).length;

/** @param check of a value whose type was tested before. */
function checkOf(check: z.core.$ZodCheck<never>): Acceptance {
  const def = check._zod.def as { readonly check: string } & Readonly<Record<string, unknown>>;
  const { maximum, minimum, value: limit, pattern, format } = def;
  switch (def.check) {
    case 'max_length':
      return (value) => lengthOf(value) <= (maximum as number);
    case 'min_length':
      return (value) => lengthOf(value) >= (minimum as number);
    case 'less_than':
      return def.inclusive === true ? (value) => (value as number) <= (limit as number) : never;
    case 'greater_than':
      return def.inclusive === true ? (value) => (value as number) >= (limit as number) : never;
    case 'string_format':
      // A pattern with the flag g or y would remember where it stopped.
      if (format !== 'regex' || !(pattern instanceof RegExp) || pattern.global || pattern.sticky) return never;
      return (value) => pattern.test(value as string);
    default:
      return never;
  }
}

const isOneOf = (values: readonly unknown[]): Acceptance => {
  const known = new Set(values);
  return (value) => known.has(value);
};

const anyOf =
  (options: readonly Acceptance[]): Acceptance =>
  (value) =>
    options.some((accepts) => accepts(value));

const listOf =
  (element: Acceptance): Acceptance =>
  (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!element(item)) return false;
    return true;
  };

/** The key that no schema copies. */
const PROTOTYPE = '__proto__';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const recordOf =
  (key: Acceptance, element: Acceptance): Acceptance =>
  (value) => {
    if (!isObject(value)) return false;
    for (const name of Object.keys(value)) {
      if (name === PROTOTYPE || !key(name) || !element(value[name])) return false;
    }
    return true;
  };

interface ObjectDefinition {
  readonly shape: Readonly<Record<string, Schema>>;
  /** Schema of the keys that the shape does not name. */
  readonly catchall?: Schema | undefined;
}

function objectOf({ shape, catchall }: ObjectDefinition, others: 'refused' | 'ignored'): Acceptance {
  const isStrict = catchall !== undefined && (catchall as AnySchema)._zod.def.type === 'never';
  if (catchall !== undefined && !isStrict) return never;
  const fields = Object.entries(shape).map(([name, schema]) => ({
    name,
    accepts: acceptanceOf(schema, others),
    optional: (schema as AnySchema)._zod.def.type === 'optional',
  }));
  const inAnyOrder: Acceptance = (value) => {
    if (!isObject(value)) return false;
    let known = 0;
    for (const { name, accepts, optional } of fields) {
      if (Object.hasOwn(value, name)) {
        if (!accepts(value[name])) return false;
        known += 1;
      } else if (!optional) return false;
    }
    return (!isStrict && others === 'ignored') || Object.keys(value).length === known;
  };
  // As a rule a publisher writes keys in the order of the schema: then nothing has to be looked up.
  return (value) => {
    if (!isObject(value)) return false;
    let next = 0;
    for (const key of Object.keys(value)) {
      while (next < fields.length && fields[next]?.name !== key && fields[next]?.optional) next += 1;
      const field = fields[next];
      if (field?.name !== key) return inAnyOrder(value);
      if (!field.accepts(value[key])) return false;
      next += 1;
    }
    while (fields[next]?.optional) next += 1;
    return next === fields.length || inAnyOrder(value);
  };
}
