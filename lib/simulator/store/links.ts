import { referencesIn } from '../expression/references.ts';
import { expressions, references } from '../schema/references.ts';
import type { ReferencesOf, StoredRow } from './store.ts';

/** Returns whether a value does not name an object of the configuration: it is built in or empty. */
export function isBuiltIn(kind: string, attribute: string, value: string): boolean {
  const upper = value.toUpperCase();
  return upper === '' || (references[kind]?.[attribute]?.builtIn?.includes(upper) ?? false);
}

/** Returns everything that a row names, by attribute and by expression. */
export const referencesOf: ReferencesOf = (kind: string, row: StoredRow) => {
  const found: { kind: string; name: string; attribute: string }[] = [];
  for (const [attribute, facts] of Object.entries(references[kind] ?? {})) {
    const value = row[attribute];
    if (typeof value !== 'string' || isBuiltIn(kind, attribute, value)) continue;
    for (const target of facts.to) found.push({ kind: target, name: value, attribute });
  }
  for (const attribute of Object.keys(expressions[kind] ?? {})) {
    const value = row[attribute];
    if (typeof value !== 'string') continue;
    for (const reference of referencesIn(value)) {
      found.push({ ...reference, attribute });
      // An expression does not tell a data set from a pattern set; both share one set of names.
      if (reference.kind === 'policypatset') found.push({ ...reference, kind: 'policydataset', attribute });
    }
  }
  return found;
};
