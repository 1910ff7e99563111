import { isIP } from 'node:net';
import { type Method, method, type Table } from './method.ts';
import { type Result, type Subject, type Type, UNDEF } from './values.ts';

const prefix = (name: string): Type => `prefix:${name}`;
const into = (name: string): Method => method<undefined, []>(prefix(name), [], () => undefined);
const read = (returns: Type, run: (subject: Subject) => Result): Method =>
  method<undefined, []>(returns, [], (_on, _args, _i, subject) => run(subject));

const ipv6 = (address: string | undefined): Result => (isIP(address ?? '') === 6 ? address : UNDEF);

/** The prefixes, which values come from. An absent server name is the empty text, not UNDEF. */
export const prefixes: Readonly<Record<string, Table>> = {
  [prefix('')]: {
    CLIENT: into('CLIENT'),
    HTTP: into('HTTP'),
    TRUE: read('bool', () => true),
    FALSE: read('bool', () => false),
  },
  [prefix('CLIENT')]: {
    SSL: into('CLIENT.SSL'),
    IP: into('CLIENT.IP'),
    IPV6: into('CLIENT.IPV6'),
    TCP: into('CLIENT.TCP'),
  },
  [prefix('CLIENT.SSL')]: {
    CLIENT_HELLO: into('CLIENT_HELLO'),
    IS_SSL: read('bool', ({ hello }) => hello !== undefined),
  },
  [prefix('CLIENT_HELLO')]: {
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
  [prefix('ALPN')]: {
    HAS_NEXTPROTOCOL: method<undefined, [string]>(
      'bool',
      ['text'],
      (_on, [name], _i, { hello }) => hello?.protocols.includes(name) ?? false,
    ),
    COUNT: read('num', ({ hello }) => hello?.protocols.length ?? 0),
  },
  [prefix('CIPHERS')]: {
    COUNT: read('num', ({ hello }) => hello?.ciphers.length ?? 0),
    HAS_HEXCODE: method<undefined, [number]>(
      'bool',
      ['num'],
      (_on, [code], _i, { hello }) => hello?.ciphers.includes(code) ?? false,
    ),
  },
  [prefix('CLIENT.IP')]: {
    SRC: read('ip', ({ client }) => client?.address ?? UNDEF),
    DST: read('ip', ({ server }) => server?.address ?? UNDEF),
  },
  /** Of a connection over IPv4, all is UNDEF. */
  [prefix('CLIENT.IPV6')]: {
    SRC: read('ip', ({ client }) => ipv6(client?.address)),
    DST: read('ip', ({ server }) => ipv6(server?.address)),
  },
  [prefix('CLIENT.TCP')]: {
    SRCPORT: read('num', ({ client }) => client?.port ?? UNDEF),
    DSTPORT: read('num', ({ server }) => server?.port ?? UNDEF),
    CS_VSERVER: into('CS_VSERVER'),
  },
  [prefix('CS_VSERVER')]: { NAME: read('text', ({ vserver }) => vserver ?? UNDEF) },
  [prefix('HTTP')]: { REQ: into('HTTP.REQ') },
  [prefix('HTTP.REQ')]: {
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
 * Prefixes under which an appliance knows more names than the simulator: an unknown name is accepted and UNDEF. Under
 * the other prefixes all names are known, and an unknown one is refused.
 */
const partlyEvaluated: ReadonlySet<Type> = new Set<Type>(
  ['CLIENT', 'CLIENT.SSL', 'CLIENT.IP', 'CLIENT.IPV6', 'CLIENT.TCP', 'HTTP', 'HTTP.REQ'].map(prefix),
);

/** First words of expressions that the simulator does not evaluate. */
const UNEVALUATED_ROOTS: ReadonlySet<string> = new Set(
  'SERVER SYS TARGET DNS MYSQL MSSQL ORACLE AAA VPN ICA DIAMETER RADIUS SIP SMPP MQTT ANALYTICS EXTEND TEXT URL SUBSCRIBER CONNECTION GSLB ROUTER RDP'.split(
    ' ',
  ),
);

/** Returns whether an appliance may know this name, although the simulator does not evaluate it. */
export function isUnevaluated(type: Type, name: string): boolean {
  return type === prefix('') ? UNEVALUATED_ROOTS.has(name) : partlyEvaluated.has(type);
}
