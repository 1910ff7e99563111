import { type Method, method, type Table } from './method.ts';
import { type Result, type Subject, type Type, UNDEF } from './values.ts';

export const space = (name: string): Type => `space:${name}`;
const into = (name: string): Method => method<undefined, []>(space(name), [], () => undefined);
const read = (gives: Type, run: (subject: Subject) => Result): Method =>
  method<undefined, []>(gives, [], (_on, _args, _i, subject) => run(subject));

/** The prefixes: where values come from. An absent server name is the empty text, not UNDEF. */
export const spaces: Readonly<Record<string, Table>> = {
  [space('')]: {
    CLIENT: into('CLIENT'),
    HTTP: into('HTTP'),
    TRUE: read('bool', () => true),
    FALSE: read('bool', () => false),
  },
  [space('CLIENT')]: {
    SSL: into('CLIENT.SSL'),
    IP: into('CLIENT.IP'),
    IPV6: into('CLIENT.IP'),
    TCP: into('CLIENT.TCP'),
  },
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
  [space('HTTP')]: { REQ: into('HTTP.REQ') },
  [space('HTTP.REQ')]: {
    HOSTNAME: read('hostname', ({ request }) => (request === undefined ? UNDEF : (request.headers.get('host') ?? ''))),
    URL: read('url', ({ request }) => request?.target ?? UNDEF),
    METHOD: read('method', ({ request }) => request?.method ?? UNDEF),
    HEADER: method<undefined, [string]>('header', ['text'], (_on, [name], _i, { request }) =>
      request === undefined ? UNDEF : (request.headers.get(name.toLowerCase()) ?? ''),
    ),
    IS_VALID: read('bool', ({ request }) => request !== undefined),
  },
};

/**
 * Where an appliance has more than is evaluated here: what follows is taken, and undefined when it is asked for. The
 * prefixes that are not named are known in full, and a wrong name in them is refused.
 */
const open: ReadonlySet<Type> = new Set<Type>(
  ['CLIENT', 'CLIENT.SSL', 'CLIENT.IP', 'CLIENT.TCP', 'HTTP', 'HTTP.REQ'].map(space),
);

/** First words of expressions of which nothing is evaluated here. */
const ROOTS: ReadonlySet<string> = new Set(
  'SERVER SYS TARGET DNS MYSQL MSSQL ORACLE AAA VPN ICA DIAMETER RADIUS SIP SMPP MQTT ANALYTICS EXTEND TEXT URL SUBSCRIBER CONNECTION GSLB ROUTER RDP'.split(
    ' ',
  ),
);

/** Whether an appliance may well know this name after this prefix, although nothing is evaluated here. */
export function isBeyond(prefix: Type, name: string): boolean {
  return prefix === space('') ? ROOTS.has(name) : open.has(prefix);
}
