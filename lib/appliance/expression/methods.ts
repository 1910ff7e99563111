import { isIP } from 'node:net';
import { type Result, type Subject, type Type, UNDEF } from './values.ts';

/** A method of a type: what it takes, what it gives. */
export interface Method {
  readonly args: readonly Type[];
  readonly gives: Type;

  readonly run: (on: never, args: readonly never[], ignoreCase: boolean, subject: Subject) => Result;
}

type Table = Readonly<Record<string, Method>>;

const method = <On, Args extends readonly unknown[]>(
  gives: Type,
  args: readonly Type[],
  run: (on: On, args: Args, ignoreCase: boolean, subject: Subject) => Result,
): Method => ({ args, gives, run: run as unknown as Method['run'] });

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

/** Characters that may stand in a URL stay, the rest is percent-encoded: nothing can end a header line. */
function urlSafe(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Source: the vendor's expression reference; `AFTER_STR` and `BEFORE_STR` cut at the first occurrence. */
const text: Table = {
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
  /** What a missing key gives is documented nowhere: undefined here, so that a use without a guard shows. */
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

const hostname: Table = {
  SERVER: method<string, []>('hostname', [], (on) => on.replace(/:\d*$/, '')),
  DOMAIN: method<string, []>('hostname', [], (on) => after(on.replace(/:\d*$/, ''), '.', false)),
  PORT: method<string, []>('num', [], (on) => Number(/:(\d+)$/.exec(on)?.[1] ?? 80)),
};

/** The absolute form of a request names scheme and host first (RFC 9112 3.2.2). */
const pathAndQuery = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, '') || '/';

const url: Table = {
  PATH: method<string, []>('text', [], (on) => before(`${pathAndQuery(on)}?`, '?', false)),
  QUERY: method<string, []>('text', [], (on) => after(on, '?', false)),
  PATH_AND_QUERY: method<string, []>('text', [], pathAndQuery),
};

const num: Table = {
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

const bool: Table = {
  NOT: method<boolean, []>('bool', [], (on) => !on),
};

function ipv4(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

const ip: Table = {
  EQ: method<string, [string]>('bool', ['ip'], (on, [other]) => on === other),
  TYPECAST_TEXT_T: method<string, []>('text', [], (on) => on),
  IN_SUBNET: method<string, [string]>('bool', ['ip'], (on, [range]) => {
    const [base, bits] = range.split('/');
    if (isIP(on) !== 4 || isIP(base ?? '') !== 4) return UNDEF;
    const size = 2 ** (32 - Number(bits ?? 32));
    return Math.floor(ipv4(on) / size) === Math.floor(ipv4(base!) / size);
  }),
};

const space = (name: string): Type => `space:${name}`;
const into = (name: string): Method => method<undefined, []>(space(name), [], () => undefined);
const read = (gives: Type, run: (subject: Subject) => Result): Method =>
  method<undefined, []>(gives, [], (_on, _args, _i, subject) => run(subject));

/** The prefixes: where values come from. An absent server name is the empty text, not UNDEF. */
const spaces: Readonly<Record<string, Table>> = {
  [space('')]: {
    CLIENT: into('CLIENT'),
    HTTP: into('HTTP'),
    SERVER: into('SERVER'),
    TRUE: read('bool', () => true),
    FALSE: read('bool', () => false),
  },
  [space('CLIENT')]: { SSL: into('CLIENT.SSL'), IP: into('CLIENT.IP'), TCP: into('CLIENT.TCP') },
  [space('CLIENT.SSL')]: {
    CLIENT_HELLO: into('CLIENT_HELLO'),
    IS_SSL: read('bool', ({ hello }) => hello !== undefined),
  },
  [space('CLIENT_HELLO')]: {
    SNI: read('text', ({ hello }) => hello?.serverName ?? ''),
    ALPN: into('ALPN'),
    CLIENT_VERSION: read('num', ({ hello }) => hello?.version ?? 0),
    CIPHERS: into('CIPHERS'),
    LENGTH: read('num', ({ hello }) => hello?.length ?? 0),
    IS_RENEGOTIATE: read('bool', () => false),
    IS_SESSION_TICKET: read('bool', ({ hello }) => hello?.sessionTicket ?? false),
    IS_REUSE: read('bool', ({ hello }) => hello?.sessionId ?? false),
    IS_SCSV: read('bool', ({ hello }) => hello?.ciphers.includes(0x5600) ?? false),
  },
  [space('ALPN')]: {
    HAS_NEXTPROTOCOL: method<undefined, [string]>(
      'bool',
      ['text'],
      (_on, [name], _i, { hello }) => hello?.protocols.includes(name) ?? false,
    ),
    COUNT: read('num', ({ hello }) => hello?.protocols.length ?? 0),
  },
  [space('CIPHERS')]: {
    COUNT: read('num', ({ hello }) => hello?.ciphers.length ?? 0),
    HAS_HEXCODE: method<undefined, [number]>(
      'bool',
      ['num'],
      (_on, [code], _i, { hello }) => hello?.ciphers.includes(code) ?? false,
    ),
  },
  [space('CLIENT.IP')]: {
    SRC: read('ip', ({ client }) => client?.address ?? UNDEF),
    DST: read('ip', ({ server }) => server?.address ?? UNDEF),
  },
  [space('CLIENT.TCP')]: {
    SRCPORT: read('num', ({ client }) => client?.port ?? UNDEF),
    DSTPORT: read('num', ({ server }) => server?.port ?? UNDEF),
    CS_VSERVER: into('CS_VSERVER'),
  },
  [space('CS_VSERVER')]: { NAME: read('text', ({ vserver }) => vserver ?? UNDEF) },
  [space('SERVER')]: {},
  [space('HTTP')]: { REQ: into('HTTP.REQ') },
  [space('HTTP.REQ')]: {
    HOSTNAME: read('hostname', ({ request }) => (request === undefined ? UNDEF : (request.headers.get('host') ?? ''))),
    URL: read('url', ({ request }) => request?.target ?? UNDEF),
    METHOD: read('itext', ({ request }) => request?.method ?? UNDEF),
    HEADER: method<undefined, [string]>('text', ['text'], (_on, [name], _i, { request }) =>
      request === undefined ? UNDEF : (request.headers.get(name.toLowerCase()) ?? ''),
    ),
    IS_VALID: read('bool', ({ request }) => request !== undefined),
  },
};

const tables: Readonly<Record<string, readonly Table[]>> = {
  text: [text],
  itext: [text],
  hostname: [hostname, text],
  url: [url, text],
  num: [num],
  bool: [bool],
  ip: [ip],
};

/** The method of a type, or of a prefix, by its name in capitals. */
export function findMethod(type: Type, name: string): Method | undefined {
  const list = tables[type] ?? (spaces[type] === undefined ? [] : [spaces[type]]);
  return list
    .map((table) => (Object.hasOwn(table, name) ? table[name] : undefined))
    .find((found) => found !== undefined);
}
