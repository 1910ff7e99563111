import type { Finding } from '../contract/index.ts';
import { annotationPath } from './annotations.ts';
import { RESTRICTING } from './attributes.ts';
import { finding, quoteAll } from './finding.ts';

/**
 * Reports that hosts are open to all although their Ingress restricts access. A dropped restriction weakens security, so
 * it gets this finding besides the one for its annotation or attribute (VAL-13, VAL-14).
 *
 * @param keys keys of annotations that restrict access and have no effect.
 * @param attributes findings about attributes, some of which restrict access.
 */
export function droppedRestrictions(keys: readonly string[], attributes: readonly Finding[]): Finding[] {
  if (keys.length === 0 && attributes.length === 0) return [];
  const dropped = attributes.filter(
    ({ code, value = '' }) => code === 'AttributeUnsupported' && RESTRICTING.has(value.toLowerCase()),
  );
  const names = [...keys, ...new Set(dropped.map(({ value = '' }) => value))];
  const path = keys[0] === undefined ? dropped[0]?.path : annotationPath(keys[0]);
  if (path === undefined) return [];
  const message = `access to the hosts of this Ingress is not restricted: ${quoteAll(names)} ${names.length === 1 ? 'has' : 'have'} no effect`;
  return [finding('AccessUnrestricted', { message, path, value: names.join(', ') })];
}
