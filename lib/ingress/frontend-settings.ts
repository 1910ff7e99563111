import type { Attributes } from '../route/index.ts';
import type { AllowedAttributes } from './allow-list.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { parseAttributes, parseJsonAnnotation, type WithFindings } from './attribute-parser.ts';

/** Reads the settings of the front end from the annotation `csvserver` (VAL-13). */
export function csvserverSettings(
  annotations: ParsedAnnotations,
  allowed: AllowedAttributes,
): WithFindings<Attributes> {
  const annotation = annotations.get('csvserver');
  if (annotation === undefined) return { value: {}, findings: [] };
  const map = parseJsonAnnotation(annotation);
  const parsed = parseAttributes({ annotation, object: 'csvserver' }, Object.fromEntries(map.value), allowed);
  return { value: parsed.value, findings: [...map.findings, ...parsed.findings] };
}
