import type { Finding } from '../contract/index.ts';
import type { AnnotationsRead } from './annotations.ts';
import { parseBoolean } from './boolean.ts';
import { finding, inWords, quote } from './finding.ts';
import { parseJsonMap } from './json-map.ts';
import { yamlRemedy } from './quote-fix.ts';

/** `secure-backend`, either `True` for all or JSON by Service: without effect, but False contradicts (VAL-12). */
export function secureBackend(annotations: AnnotationsRead): Finding[] {
  const annotation = annotations.get('secure-backend');
  if (annotation === undefined) return [];
  const { key, path, value } = annotation;
  const ignored = (what: string): Finding =>
    finding('SecureBackendIgnored', { message: `${key} is false ${what}`, path, value });
  const all = parseBoolean(value);
  if (all !== undefined) return all ? [] : [ignored('for all back ends')];
  const map = parseJsonMap(value);
  if ('reason' in map) {
    return [
      finding('InvalidAnnotation', {
        message: `${key} is ${quote(value)}, neither true, false nor JSON by Service: ${map.reason}`,
        path,
        value,
        ...(map.suggestion === undefined ? {} : yamlRemedy(key, map.suggestion)),
      }),
    ];
  }
  const twice = map.duplicates.map((name) =>
    finding('InvalidAnnotation', {
      message: `${key}: ${quote(name)} stands twice: only the last one counts`,
      path,
      value: name,
      remedy: 'Keep one of the two.',
    }),
  );
  const unread = map.entries
    .filter(([, secure]) => parseBoolean(inWords(secure)) === undefined)
    .map(([name]) =>
      finding('InvalidAnnotation', {
        message: `${key}: the value of ${quote(name)} is neither true nor false`,
        path,
        value: name,
        remedy: 'Remove the annotation: every back end is reached over TLS in any case.',
      }),
    );
  const services = map.entries.filter(([, secure]) => parseBoolean(inWords(secure)) === false).map(([name]) => name);
  const contradicting = services.length === 0 ? [] : [ignored(`for ${services.map(quote).join(', ')}`)];
  return [...twice, ...unread, ...contradicting];
}
