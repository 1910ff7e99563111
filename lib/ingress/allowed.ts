import { ATTRIBUTES, BREAKING, type ObjectName } from './attributes.ts';
import { nearest } from './nearest.ts';

/** Why an entry of an operator's allow-list can never apply (VAL-13); undefined where it can. */
export function neverApplies(object: ObjectName, name: string): string | undefined {
  const lower = name.toLowerCase();
  if (ATTRIBUTES[object].has(lower)) return undefined;
  if (BREAKING[object].has(lower)) {
    return `"${name}" of ${object} can never apply: it is incompatible with passthrough, or this system sets it`;
  }
  const meant = nearest(lower, ATTRIBUTES[object].keys());
  const question = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `"${name}" can never apply: it is not an attribute of ${object}${question}`;
}
