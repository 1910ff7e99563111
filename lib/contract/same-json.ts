/** Returns whether two values are the same JSON, in any order of fields. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameLists(a, b);
  return sameFields(a as Fields, b as Fields);
}

/** Returns whether two objects are the same JSON but for one field, which both have. */
export function sameJsonBut<T extends object>(a: T, b: T, field: keyof T & string): boolean {
  return sameFields(a as Fields, b as Fields, field);
}

type Fields = Readonly<Record<string, unknown>>;

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!sameJson(a[index], b[index])) return false;
  return true;
}

function sameFields(a: Fields, b: Fields, except?: string): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  if (names.length !== others.length) return false;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    // As a rule both have their fields in the same order.
    if (others[index] !== name && !Object.hasOwn(b, name)) return false;
    if (name !== except && !sameJson(a[name], b[name])) return false;
  }
  return true;
}
