import { ATTRIBUTES, BREAKING, type ObjectName } from './attributes.ts';
import { nearest } from './nearest.ts';

/** Attributes in lower case that the operator allows, by object. An absent object allows its safe attributes. */
export type AllowedAttributes = Readonly<Partial<Record<ObjectName, readonly string[]>>>;

/** Returns why an entry of an operator's allow-list can never apply (VAL-13); undefined where it can. */
export function neverApplies(object: ObjectName, name: string): string | undefined {
  const lower = name.toLowerCase();
  if (ATTRIBUTES[object].has(lower)) return undefined;
  if (BREAKING[object].has(lower)) {
    return `"${name}" of ${object} can never apply: it is incompatible with passthrough, or this system sets it`;
  }
  const intended = nearest(lower, ATTRIBUTES[object].keys());
  const question = intended === undefined ? '' : `; did you mean ${intended}?`;
  return `"${name}" can never apply: it is not an attribute of ${object}${question}`;
}
