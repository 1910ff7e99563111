import type { NitroQuery } from './ports.ts';

/** Names are encoded twice in a path: the appliance decodes once for HTTP and once for itself. */
export const inPath = (name: string): string => encodeURIComponent(encodeURIComponent(name));

/** `key:value` pairs: the colon within and the comma between pairs stay plain, values are encoded once. */
export const pairs = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}:${encodeURIComponent(String(value))}`)
    .join(',');

/** Path of a read, with what else it asks for: `['count=yes']`. */
export function readPath(type: string, query: NitroQuery, more: readonly string[] = []): string {
  // Bindings of all parents at once have to be asked for: 1095 otherwise.
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

/** Path of a removal: what else identifies the row stands in `args`. */
export function removePath(type: string, name: string, args: Readonly<Record<string, string | number>>): string {
  const query = Object.keys(args).length === 0 ? '' : `?args=${pairs(args)}`;
  return `config/${type}/${inPath(name)}${query}`;
}

/** An exact match of one of these names, as a PCRE between slashes. */
export function anyOf(names: readonly string[]): string {
  return `/^(${names.map(escapePattern).join('|')})$/`;
}

/** Escapes what has a meaning in a PCRE. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&');
}
