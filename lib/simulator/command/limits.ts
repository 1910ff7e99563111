/** Maps attributes to the smallest and largest whole number. Sources: the vendor's command and NITRO references. */
const anywhere: Readonly<Record<string, readonly [number, number]>> = {
  port: [0, 65_535],
  weight: [1, 100],
  clttimeout: [0, 31_536_000],
  svrtimeout: [0, 31_536_000],
  autodisabledelay: [0, 31_536_000],
  td: [0, 4094],
  responsestatuscode: [100, 599],
  maxclient: [0, 4_294_967_294],
  maxsession: [1, 40],
  notificationperiod: [10, 100],
};

const byKind: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  lbvserver: { timeout: [0, 1440], persistmask: [0, 32] },
  csvserver: { timeout: [0, 1440] },
  hanode: { id: [0, 64], hellointerval: [200, 1000], deadinterval: [3, 60] },
  servicegroup_servicegroupmember_binding: { order: [1, 8192], port: [1, 65_535] },
};

export function bounds(kind: string, attribute: string): readonly [number, number] | undefined {
  return byKind[kind]?.[attribute] ?? anywhere[attribute];
}

/** Returns the largest length of a text in bytes. No document gives the limit of a comment: 255 is assumed. */
export function maxBytes(attribute: string): number {
  if (attribute === 'comment') return 255;
  if (attribute === 'cmdspec' || attribute === 'rule' || attribute === 'targetvserverexpr' || attribute === 'value')
    return 1499;
  if (attribute === 'target' || attribute === 'filecontent' || attribute === 'httprequest' || attribute === 'send')
    return 8_388_608;
  if (attribute === 'filename' || attribute === 'filelocation' || attribute === 'cert' || attribute === 'key')
    return 255;
  return NAME_ATTRIBUTES.has(attribute) ? 127 : 1024;
}

const NAME_ATTRIBUTES = new Set([
  'name',
  'servicegroupname',
  'monitorname',
  'certkey',
  'policyname',
  'newname',
  'username',
  'partitionname',
]);

/** Names begin with a letter, a digit or `_` (1075). */
export const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.#: @=-]*$/;
/** Names of string maps, pattern sets and named expressions are identifiers. */
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Beginnings that an identifier must not have. Source: the vendor's reference on names in policies. */
export const RESERVED = /^(re|xp)/i;
/** Prefixes of expressions, which cannot be identifiers. */
export const RESERVED_WORD =
  /^(alt|true|false|q|s|client|extend|http|server|sys|target|text|url|mysql|mssql|ignorecase|noignorecase)$/i;
