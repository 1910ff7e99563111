import { type AccessList, CHALLENGE_PREFIX } from '../route/index.ts';
import { LEVELS, type Level } from './limits.ts';

/**
 * The policy expressions. They contain only names of maps and data sets, back-end ids and port numbers, which this system makes: hosts
 * are keys of string maps and networks are entries of data sets, never text of an expression.
 */

/** The host that a client names. Without SNI it is the empty string, not UNDEF (expression reference). */
const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER';
const HOST = 'HTTP.REQ.HOSTNAME.SERVER.TO_LOWER';

/** `AFTER_STR` cuts at the first dot: `a.foo.com` → `*.foo.com`, exactly the one-label wildcard (TLS-3). */
const oneLabel = (name: string): string => `("*." + ${name}.AFTER_STR("."))`;

/** The key of a many-label wildcard that covers this number of labels of the name; `**.` where the name has fewer. */
const manyLabels = (name: string, level: Level): string => `("**." + ${name}${'.AFTER_STR(".")'.repeat(level)})`;

/** `MAP_STRING` of a missing key is undocumented, so `IS_STRINGMAP_KEY` precedes every use. */
const isKey = (text: string, map: string): string => `${text}.IS_STRINGMAP_KEY("${map}")`;
const sendsTo = (text: string, map: string, value: string): string =>
  `${isKey(text, map)} && ${text}.MAP_STRING("${map}").EQ("${value}")`;

const PATH = 'HTTP.REQ.URL.PATH';

/** Stands between the secure port and its owner's key in the row of a host whose challenges are let through. */
const OWNED = '-';

/** Stands between the parts of the key of a challenge's row. No host has it, and no pattern must escape it. */
const PARTS = ':';

/**
 * Returns the key of the row of a challenge, as {@link httpRules} compute it from a request. It begins with its owner's key,
 * so that it counts only while the row of the host names that owner.
 */
export const challengeKey = (ownerKey: string, host: string, token: string): string =>
  [ownerKey, host, token].join(PARTS);

/** Returns the parts of the key of a challenge's row. @returns undefined for another key, as a host. */
export function challengeIn(key: string): { readonly host: string; readonly token: string } | undefined {
  const [, host, token] = key.split(PARTS);
  return host === undefined || token === undefined ? undefined : { host, token };
}

/** Returns the value of a redirected host's row. @param ownerKey of its holder, where challenges are let through. */
export const redirectValue = (securePort: number, ownerKey?: string): string =>
  ownerKey === undefined ? String(securePort) : `${securePort}${OWNED}${ownerKey}`;

/** Returns the key of the owner whose challenges are let through, by the value of a host's row. @returns undefined for none. */
export function ownerLetThrough(value: string): string | undefined {
  const at = value.indexOf(OWNED);
  return at < 0 ? undefined : value.slice(at + OWNED.length);
}

const SAFE = /^[A-Za-z0-9_.-]+$/;

/** Rejects a text that could leave its quotes. @throws {TypeError} a programming error, not a user's. */
function safe(text: string): string {
  if (!SAFE.test(text)) throw new TypeError(`unsafe in a policy expression: ${JSON.stringify(text)}`);
  return text;
}

const noKey = (texts: readonly string[], map: string): string =>
  texts.map((text) => `${isKey(text, safe(map))}.NOT`).join(' && ');

export const tlsRules = {
  /** Neither the name nor its wildcard form is a key of the map. */
  gate: (map: string): string => noKey([SNI, oneLabel(SNI)], map),
  /** The same, and no key of a many-label wildcard covers the name. */
  wideGate: (map: string): string => noKey([SNI, oneLabel(SNI), ...LEVELS.map((level) => manyLabels(SNI, level))], map),
  /** The name itself is a key, so it never falls to a wildcard. */
  exactKey: (map: string): string => isKey(SNI, safe(map)),
  /** The wildcard form of the name is a key, so it never falls to a many-label wildcard. */
  wildcardKey: (map: string): string => isKey(oneLabel(SNI), safe(map)),
  /** A many-label wildcard covers this number of labels, so the name never falls to one that covers more. */
  levelKey: (map: string, level: Level): string => isKey(manyLabels(SNI, level), safe(map)),
  exact: (map: string, backendId: string): string => sendsTo(SNI, safe(map), safe(backendId)),
  wildcard: (map: string, backendId: string): string => sendsTo(oneLabel(SNI), safe(map), safe(backendId)),
  level: (map: string, backendId: string, level: Level): string =>
    sendsTo(manyLabels(SNI, level), safe(map), safe(backendId)),
} as const;

/** The address of the client, by the family of the front end. */
const SOURCE = { 4: 'CLIENT.IP.SRC', 6: 'CLIENT.IPV6.SRC' } as const;

/** A part of {@link withSources}: a data set, and whether it must have the address of the client or must not. */
const SOURCE_TEST = '.TYPECAST_TEXT_T.EQUALS_ANY(';

/**
 * Returns a rule that also looks at the source of the connection. The rule comes first: an undefined source rejects only
 * clients of this back end's hosts.
 *
 * @param sets name of the data set of each list that there is.
 */
export function withSources(rule: string, family: 4 | 6, sets: Readonly<Partial<Record<AccessList, string>>>): string {
  const has = (set: string): string => `${SOURCE[family]}${SOURCE_TEST}"${safe(set)}")`;
  const { allow, deny } = sets;
  return [rule, ...(deny === undefined ? [] : [`${has(deny)}.NOT`]), ...(allow === undefined ? [] : [has(allow)])].join(
    ' && ',
  );
}

/** Returns whether a rule looks at the source of the connection. */
export const looksAtSource = (rule: string): boolean => rule.includes(SOURCE_TEST);

/** A part of the rule of a redirect on a front end that lets challenges through. */
const OWNED_TEST = '.STARTSWITH("';

/**
 * Returns whether a rule is that of a gate that looks for many-label wildcards, or that of a redirect that also takes hosts
 * whose challenges are let through. What it takes more is in rows.
 */
export const isWide = (rule: string): boolean => rule.includes('"**."') || rule.includes(`"${OWNED}")${OWNED_TEST}`);

/** The key of a challenge's row, by the row of the host and the path of the request. */
const challengeOf = (map: string): string =>
  `(${HOST}.MAP_STRING("${map}").AFTER_STR("${OWNED}") + "${PARTS}" + ${HOST} + "${PARTS}" + ${PATH}.AFTER_STR("${CHALLENGE_PREFIX}"))`;

export const httpRules = {
  exact: (map: string, securePort: number): string => sendsTo(HOST, safe(map), safe(String(securePort))),
  /** The same, and hosts whose challenges are let through: their rows name the holder behind the port. */
  exactOrOwned: (map: string, securePort: number): string =>
    `${isKey(HOST, safe(map))} && (${HOST}.MAP_STRING("${map}") + "${OWNED}")${OWNED_TEST}${safe(String(securePort))}${OWNED}")`,
  /** A challenge of the host, by the Ingress that holds it. */
  challenge: (map: string): string =>
    `${PATH}.STARTSWITH("${CHALLENGE_PREFIX}") && ${isKey(HOST, safe(map))} && ${isKey(challengeOf(map), map)}`,
  /** Name of the server that answers a challenge. */
  challengeServer: (map: string): string => `${challengeOf(safe(map))}.MAP_STRING("${map}")`,
  wildcard: (map: string, securePort: number): string => sendsTo(oneLabel(HOST), safe(map), safe(String(securePort))),
  /** Target of the redirect. It keeps path and query, and names the port unless it is the default (VAL-11). */
  target: (securePort: number): string =>
    `"https://" + HTTP.REQ.HOSTNAME.SERVER${securePort === 443 ? '' : ` + ":${safe(String(securePort))}"`} + HTTP.REQ.URL.PATH_AND_QUERY.HTTP_URL_SAFE`,
} as const;

/** A whole answer. The appliance closes the connection behind it. */
export const NOT_FOUND = String.raw`"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"`;

export const ALWAYS = 'true';
