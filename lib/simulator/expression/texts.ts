import { isIP } from 'node:net';
import { type Method, method, type Table } from './method.ts';
import { UNDEF } from './values.ts';

const folded = (text: string, ignoreCase: boolean): string => (ignoreCase ? text.toLowerCase() : text);
const compare = (test: (a: string, b: string) => boolean): Method =>
  method<string, [string]>('bool', ['text'], (on, [other], i) => test(folded(on, i), folded(other, i)));
const after = (on: string, mark: string, ignoreCase: boolean): string => {
  const at = folded(on, ignoreCase).indexOf(folded(mark, ignoreCase));
  return at < 0 ? '' : on.slice(at + mark.length);
};
const before = (on: string, mark: string, ignoreCase: boolean): string => {
  const at = folded(on, ignoreCase).indexOf(folded(mark, ignoreCase));
  return at < 0 ? '' : on.slice(0, at);
};
const anyPattern = (test: (text: string, pattern: string) => boolean): Method =>
  method<string, [string]>(
    'bool',
    ['text'],
    (on, [set], i, { sets }) => sets.patterns(set)?.some((pattern) => test(folded(on, i), folded(pattern, i))) ?? UNDEF,
  );

/** Percent-encodes what may not stand in a URL, so that nothing can end a header line. */
function urlSafe(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/**
 * Source: the vendor's expression reference; `AFTER_STR` and `BEFORE_STR` cut at the first occurrence. The results of
 * TRUNCATE, PREFIX, TRIM and STRIP_CHARS at the edges are from memory (V).
 */
export const text: Table = {
  EQ: compare((a, b) => a === b),
  NE: compare((a, b) => a !== b),
  STARTSWITH: compare((a, b) => a.startsWith(b)),
  ENDSWITH: compare((a, b) => a.endsWith(b)),
  CONTAINS: compare((a, b) => a.includes(b)),
  BEFORE_STR: method<string, [string]>('text', ['text'], (on, [mark], i) => before(on, mark, i)),
  AFTER_STR: method<string, [string]>('text', ['text'], (on, [mark], i) => after(on, mark, i)),
  SET_TEXT_MODE: method<string, [string]>('itext', ['keyword'], (on) => on),
  TO_LOWER: method<string, []>('text', [], (on) => on.toLowerCase()),
  TO_UPPER: method<string, []>('text', [], (on) => on.toUpperCase()),
  LENGTH: method<string, []>('num', [], (on) => on.length),
  TRUNCATE: method<string, [number]>('text', ['num'], (on, [count]) => on.slice(0, Math.max(0, on.length - count))),
  PREFIX: method<string, [string, number]>('text', ['text', 'num'], (on, [mark, count]) =>
    on
      .split(mark)
      .slice(0, count + 1)
      .join(mark),
  ),
  TRIM: method<string, []>('text', [], (on) => on.trim()),
  STRIP_CHARS: method<string, [string]>('text', ['text'], (on, [chars]) =>
    [...on].filter((c) => !chars.includes(c)).join(''),
  ),
  REGEX_MATCH: method<string, [RegExp]>('bool', ['regex'], (on, [regex], i) =>
    i ? new RegExp(regex.source, 'i').test(on) : regex.test(on),
  ),
  EQUALS_ANY: method<string, [string]>('bool', ['text'], (on, [set], i, { sets }) =>
    i
      ? (sets.patterns(set)?.some((pattern) => pattern.toLowerCase() === on.toLowerCase()) ?? UNDEF)
      : sets.hasPattern(set, on),
  ),
  CONTAINS_ANY: anyPattern((on, pattern) => on.includes(pattern)),
  STARTSWITH_ANY: anyPattern((on, pattern) => on.startsWith(pattern)),
  ENDSWITH_ANY: anyPattern((on, pattern) => on.endsWith(pattern)),
  IS_STRINGMAP_KEY: method<string, [string]>(
    'bool',
    ['text'],
    (on, [map], i, { sets }) => sets.mapValue(map, on, i) !== undefined,
  ),
  /** No document says what a missing key returns: UNDEF here, so that a use without a guard shows. */
  MAP_STRING: method<string, [string]>(
    'text',
    ['text'],
    (on, [map], i, { sets }) => sets.mapValue(map, on, i) ?? UNDEF,
  ),
  TYPECAST_NUM_T: method<string, [string]>('num', ['keyword'], (on) =>
    /^\s*-?\d+/.test(on) ? Number.parseInt(on, 10) : UNDEF,
  ),
  TYPECAST_NUM_AT: method<string, []>('num', [], (on) => (/^\s*-?\d+/.test(on) ? Number.parseInt(on, 10) : UNDEF)),
  TYPECAST_HTTP_HOSTNAME_T: method<string, []>('hostname', [], (on) => on),
  TYPECAST_IP_ADDRESS_AT: method<string, []>('ip', [], (on) => (isIP(on) === 0 ? UNDEF : on)),
  HTTP_URL_SAFE: method<string, []>('text', [], urlSafe),
  URL_RESERVED_CHARS_SAFE: method<string, []>('text', [], (on) => encodeURIComponent(on)),
};

export const hostname: Table = {
  SERVER: method<string, []>('hostname', [], (on) => on.replace(/:\d*$/, '')),
  DOMAIN: method<string, []>('hostname', [], (on) => after(on.replace(/:\d*$/, ''), '.', false)),
  PORT: method<string, []>('num', [], (on) => Number(/:(\d+)$/.exec(on)?.[1] ?? 80)),
};

/** Removes scheme and host of a request target in absolute form (RFC 9112 3.2.2). */
const pathAndQuery = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, '') || '/';

export const url: Table = {
  PATH: method<string, []>('text', [], (on) => before(`${pathAndQuery(on)}?`, '?', false)),
  QUERY: method<string, []>('text', [], (on) => after(on, '?', false)),
  PATH_AND_QUERY: method<string, []>('text', [], pathAndQuery),
  /** Returns the text behind the last dot of the path: `jpg` of `/a/b.jpg`. */
  SUFFIX: method<string, []>('text', [], (on) => {
    const last =
      pathAndQuery(on)
        .replace(/[?#].*/s, '')
        .split('/')
        .at(-1) ?? '';
    return last.includes('.') ? last.slice(last.lastIndexOf('.') + 1) : '';
  }),
  HOSTNAME: method<string, []>('hostname', [], (on) => /^https?:\/\/([^/?]*)/i.exec(on)?.[1] ?? ''),
};

/** Methods of a request header; its lines are joined. */
export const header: Table = {
  EXISTS: method<string, []>('bool', [], (on, _args, _i, _subject) => on !== ''),
};

/** Methods of the HTTP method; its words stand without quotation marks: `EQ(GET)`. */
export const httpMethod: Table = {
  EQ: method<string, [string]>('bool', ['method'], (on, [other]) => on.toUpperCase() === other.toUpperCase()),
  NE: method<string, [string]>('bool', ['method'], (on, [other]) => on.toUpperCase() !== other.toUpperCase()),
};
export const HTTP_METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE OPTIONS TRACE CONNECT PATCH'.split(' '),
);

export const num: Table = {
  EQ: method<number, [number]>('bool', ['num'], (on, [other]) => on === other),
  NE: method<number, [number]>('bool', ['num'], (on, [other]) => on !== other),
  GT: method<number, [number]>('bool', ['num'], (on, [other]) => on > other),
  GE: method<number, [number]>('bool', ['num'], (on, [other]) => on >= other),
  LT: method<number, [number]>('bool', ['num'], (on, [other]) => on < other),
  LE: method<number, [number]>('bool', ['num'], (on, [other]) => on <= other),
  BETWEEN: method<number, [number, number]>('bool', ['num', 'num'], (on, [low, high]) => on >= low && on <= high),
  ADD: method<number, [number]>('num', ['num'], (on, [other]) => on + other),
  SUB: method<number, [number]>('num', ['num'], (on, [other]) => on - other),
  MUL: method<number, [number]>('num', ['num'], (on, [other]) => on * other),
  DIV: method<number, [number]>('num', ['num'], (on, [other]) => (other === 0 ? UNDEF : Math.trunc(on / other))),
  TYPECAST_TEXT_T: method<number, []>('text', [], (on) => String(on)),
};

export const bool: Table = {
  NOT: method<boolean, []>('bool', [], (on) => !on),
};
