import type { NitroQuery } from './ports.ts';

/** Encodes a name twice: the appliance decodes a path once for HTTP and once for itself. */
export const inPath = (name: string): string => encodeURIComponent(encodeURIComponent(name));

/** Returns `key:value` pairs. The colon within and the comma between pairs stay plain, values are encoded once. */
export const pairs = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}:${encodeURIComponent(String(value))}`)
    .join(',');

/** Returns the path of a read. @param more further parameters: `['count=yes']`. */
export function readPath(type: string, query: NitroQuery, more: readonly string[] = []): string {
  // Bindings of all parents require `bulkbindings`: error 1095 otherwise.
  const bulk = type.endsWith('_binding') && query.name === undefined;
  const parameters = [
    ...(query.filter === undefined ? [] : [`filter=${pairs(query.filter)}`]),
    ...(query.attrs === undefined ? [] : [`attrs=${query.attrs.join(',')}`]),
    ...(bulk ? ['bulkbindings=yes'] : []),
    ...more,
  ];
  const path = `config/${type}${query.name === undefined ? '' : `/${inPath(query.name)}`}`;
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

/** Returns the path of a removal. @param args further attributes that identify the row. */
export function removePath(type: string, name: string, args: Readonly<Record<string, string | number>>): string {
  const query = Object.keys(args).length === 0 ? '' : `?args=${pairs(args)}`;
  return `config/${type}/${inPath(name)}${query}`;
}

/** Returns a PCRE between slashes that matches exactly one of these names. */
export function anyOf(names: readonly string[]): string {
  return `/^(${names.map(escapePattern).join('|')})$/`;
}

/** Escapes the characters that have a meaning in a PCRE. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&');
}
