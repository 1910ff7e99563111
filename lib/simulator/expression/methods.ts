import { ip } from './addresses.ts';
import type { Method, Table } from './method.ts';
import { isUnevaluated, prefixes } from './prefixes.ts';
import { bool, header, hostname, httpMethod, num, text, url } from './texts.ts';
import { type Type, UNDEF } from './values.ts';

const tables: Readonly<Record<string, readonly Table[]>> = {
  text: [text],
  itext: [text],
  hostname: [hostname, text],
  url: [url, text],
  header: [header, text],
  method: [httpMethod, text],
  num: [num],
  bool: [bool],
  ip: [ip],
};

/**
 * Returns the method of a type or of a prefix.
 *
 * @param name in capitals
 */
export function findMethod(type: Type, name: string): Method | undefined {
  const list = tables[type] ?? (prefixes[type] === undefined ? [] : [prefixes[type]]);
  const found = list
    .map((table) => (Object.hasOwn(table, name) ? table[name] : undefined))
    .find((candidate) => candidate !== undefined);
  return found ?? (isUnevaluated(type, name) ? UNEVALUATED : undefined);
}

/**
 * Methods of texts that an appliance has and the simulator does not evaluate. From memory of the expression reference:
 * a name that is missing here is refused, a wrong one is accepted (V).
 */
const UNEVALUATED_TEXT_METHODS: ReadonlySet<string> = new Set(
  'AFTER_REGEX BEFORE_REGEX REGEX_SELECT REGEX_REPLACE SUBSTR SKIP GET HASH DIGEST B64ENCODE B64DECODE ENCODE DECODE_USING_TEXT_MODE XPATH XPATH_JSON XPATH_HTML TYPECAST_LIST_T TYPECAST_NVLIST_T TYPECAST_TIME_T TYPECAST_HTTP_URL_T TYPECAST_HTTP_HEADER_T TYPECAST_COOKIE_T TYPECAST_DOUBLE_AT TYPECAST_IPV6_ADDRESS_AT BETWEEN APPEND CONTAINS_INDEX EQUALS_INDEX STARTSWITH_INDEX ENDSWITH_INDEX NUM VALUE COUNT INSTANCE STRIP_START_CHARS STRIP_END_CHARS STRIP_START_WS STRIP_END_WS UNICODE ENCRYPT DECRYPT SIGN_RSA SUFFIX EXTEND ALT HTTP_HEADER_SAFE JSON_SAFE XML_ENCODE'.split(
    ' ',
  ),
);

/** Stands for a method that an appliance knows and the simulator does not evaluate: its result is UNDEF. */
export const UNEVALUATED: Method = { args: [], returns: 'unknown', run: () => UNDEF };

export function isUnevaluatedText(name: string): boolean {
  return UNEVALUATED_TEXT_METHODS.has(name);
}
