import { compareText, type Finding } from '../contract/index.ts';
import type { Attributes } from '../route/index.ts';
import type { AllowedAttributes } from './allow-list.ts';
import type { Annotation } from './annotations.ts';
import { parseValue } from './attribute-value.ts';
import { ATTRIBUTES, type Attribute, BREAKING, type ObjectName, REPLACEMENTS, SET_BY_SYSTEM } from './attributes.ts';
import { finding, inWords, quote } from './finding.ts';
import { parseJsonMap } from './json-map.ts';
import { nearest } from './nearest.ts';
import { yamlRemedy } from './quote-fix.ts';

/** A value with the findings of parsing it. */
export interface WithFindings<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

/** Names the object whose attributes an annotation sets, and its Service where the annotation has several. */
interface AttributeTarget {
  readonly annotation: Annotation;
  readonly object: ObjectName;
  readonly service?: string;
}

const ofService = ({ service }: AttributeTarget): string =>
  service === undefined ? '' : ` of Service ${quote(service)}`;

/** Builds the finding for an annotation, or a part of it, whose value is invalid. */
export function invalidAnnotation(annotation: Annotation, message: string, value: string, remedy?: string): Finding {
  return finding('InvalidAnnotation', {
    message: `${annotation.key}: ${message}`,
    path: annotation.path,
    value,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** The remedy for an attribute that the operator cannot allow either. */
const REMOVE_ATTRIBUTE = 'Remove the attribute: no allow-list can admit it.';

function unsupported(target: AttributeTarget, name: string, why: string, remedy?: string): Finding {
  return finding('AttributeUnsupported', {
    message: `${target.annotation.key}: attribute ${quote(name)}${ofService(target)} is not applied: it ${why}`,
    path: target.annotation.path,
    value: name,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Returns why an attribute is not applied, whatever its value; undefined where it is applied. */
function refusal(target: AttributeTarget, name: string, allowed: AllowedAttributes): Finding | undefined {
  const { object } = target;
  const lower = name.toLowerCase();
  const attribute = ATTRIBUTES[object].get(lower);
  if (attribute === undefined) {
    if (SET_BY_SYSTEM.has(lower)) {
      const replacement = REPLACEMENTS.get(`${object} ${lower}`);
      return unsupported(target, name, 'is set by this system', replacement ?? REMOVE_ATTRIBUTE);
    }
    if (BREAKING[object].has(lower)) {
      return unsupported(target, name, 'is incompatible with passthrough', REMOVE_ATTRIBUTE);
    }
    const intended = nearest(lower, ATTRIBUTES[object].keys());
    const remedy = intended === undefined ? 'Correct the name or remove the attribute.' : `Did you mean ${intended}?`;
    return unsupported(target, name, `is not an attribute of ${object}`, remedy);
  }
  const admitted = allowed[object]?.some((entry) => entry.toLowerCase() === lower) ?? attribute.safe;
  return admitted ? undefined : unsupported(target, name, 'is not on the allow-list of the appliance');
}

function parseAttribute(
  target: AttributeTarget,
  name: string,
  input: unknown,
  allowed: AllowedAttributes,
): Finding | readonly [name: string, value: string | number] {
  const refused = refusal(target, name, allowed);
  if (refused !== undefined) return refused;
  const lower = name.toLowerCase();
  const result = parseValue(ATTRIBUTES[target.object].get(lower) as Attribute, input);
  if ('value' in result) return [lower, result.value];
  const written = inWords(input);
  if (result.unsupported) {
    const remedy = `Write one of ${result.supported.join(', ')}, or remove the attribute.`;
    return unsupported(target, `${name}: ${written}`, result.reason, remedy);
  }
  const message = `${name}${ofService(target)} is ${quote(written)}, which ${result.reason}`;
  return invalidAnnotation(target.annotation, message, written);
}

/** Validates the attributes of one object. An invalid one is left out; the others are kept. */
export function parseAttributes(
  target: AttributeTarget,
  input: unknown,
  allowed: AllowedAttributes,
): WithFindings<Attributes> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const message = `the value${ofService(target)} is not a JSON object`;
    return { value: {}, findings: [invalidAnnotation(target.annotation, message, inWords(input))] };
  }
  const entries: (readonly [string, string | number])[] = [];
  const findings: Finding[] = [];
  for (const name of Object.keys(input).sort()) {
    const parsed = parseAttribute(target, name, (input as Record<string, unknown>)[name], allowed);
    if ('code' in parsed) findings.push(parsed);
    else entries.push(parsed);
  }
  return { value: Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b))), findings };
}

/** Parses an annotation that holds a JSON object into the entries of the object. */
export function parseJsonAnnotation(annotation: Annotation): WithFindings<readonly (readonly [string, unknown])[]> {
  const map = parseJsonMap(annotation.value);
  if ('entries' in map) {
    const duplicates = map.duplicates.map((key) =>
      invalidAnnotation(
        annotation,
        `duplicate key ${quote(key)}: only the last one counts`,
        key,
        'Keep one of the two.',
      ),
    );
    return { value: map.entries, findings: duplicates };
  }
  const message = `${quote(annotation.value)} cannot be read: ${map.reason}`;
  const { remedy } = map.suggestion === undefined ? {} : yamlRemedy(annotation.key, map.suggestion);
  return { value: [], findings: [invalidAnnotation(annotation, message, annotation.value, remedy)] };
}
