import type { Finding } from '../contract/index.ts';
import { annotationPath } from './annotations.ts';
import { RESTRICTING } from './attributes.ts';
import { finding, quoteAll } from './finding.ts';

/**
 * Says that a host is open to all although its Ingress asks for a restriction: dropping one is not like dropping an
 * ornament, so it has a finding of its own beside that of the annotation or attribute (VAL-13, VAL-14).
 *
 * @param keys of annotations that restrict access and have no effect.
 * @param attributes findings about attributes, of which some restrict access.
 */
export function openToAll(keys: readonly string[], attributes: readonly Finding[]): Finding[] {
  const dropped = attributes.filter(
    ({ code, value = '' }) => code === 'AttributeUnsupported' && RESTRICTING.has(value.toLowerCase()),
  );
  const names = [...keys, ...new Set(dropped.map(({ value = '' }) => value))];
  const path = keys[0] === undefined ? dropped[0]?.path : annotationPath(keys[0]);
  if (path === undefined) return [];
  const message = `access to the hosts of this Ingress is not restricted: ${quoteAll(names)} ${names.length === 1 ? 'has' : 'have'} no effect`;
  return [finding('AccessUnrestricted', { message, path, value: names.join(', ') })];
}
