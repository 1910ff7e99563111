import type { Attributes } from '../route/index.ts';

/**
 * One object or binding on the appliance, desired or found. The order of writes follows from its role alone
 * (`lib/plan/order.ts`).
 */
export interface Resource {
  readonly role: ResourceRole;
  readonly type: ResourceType;
  /** Values of the type's identity attributes. */
  readonly id: Attributes;
  /** Everything else that we set. */
  readonly attributes: Attributes;
  /** Keys of the owners whose routes need it. Empty means shared. Skipped when all its owners have failed. */
  readonly owners: readonly string[];
  /** Keys of other owners whose change is unfinished while this one is not written. */
  readonly alsoFor?: readonly string[];
  /** Attributes to unset: an owner requested them before, and nobody does any more. */
  readonly unset?: readonly string[];
}

/**
 * Lists roles in the order of creation (protocol rule 7). Types that name others come after them; rows of the front
 * end's map come last, when all that they refer to exists.
 */
export const ROLES = [
  'front-end-map',
  'setting',
  'system',
  'monitor',
  'lbvserver',
  'service-group',
  'group-binding',
  'monitor-binding',
  'action',
  'source-set',
  'source',
  'system-policy',
  'policy',
  'front-end-policy',
  'switching-action',
  'switching-policy',
  'csvserver',
  'front-end-binding',
  'policy-binding',
  'certificate',
  'members',
  'claim',
  'ready',
  'host',
] as const;
export type ResourceRole = (typeof ROLES)[number];

interface TypeFacts {
  /** Attributes that identify a row; the first is the name or the parent's. */
  readonly id: readonly string[];
  /** Attributes that `PUT` may change. Absent: the row is removed and created again. */
  readonly mutable?: readonly string[];
  /** Adding an existing row replaces its value in one step. */
  readonly rebinds?: true;
}

/** Holds what NITRO allows with each type that this system creates (vendor's schema, 14.1). */
export const TYPES = {
  policystringmap: { id: ['name'], mutable: ['comment'] },
  policystringmap_pattern_binding: { id: ['name', 'key'], rebinds: true },
  policydataset: { id: ['name'] },
  policydataset_value_binding: { id: ['name', 'value'] },
  nstcpprofile: { id: ['name'], mutable: ['establishclientconn'] },
  netprofile: { id: ['name'], mutable: ['proxyprotocol', 'proxyprotocoltxversion'] },
  sslcertkey: { id: ['certkey'] },
  csvserver: { id: ['name'], mutable: ['*'] },
  sslvserver_sslcertkey_binding: { id: ['vservername', 'certkeyname'] },
  sslvserver_sslpolicy_binding: { id: ['vservername', 'policyname', 'type'] },
  sslpolicy: { id: ['name'], mutable: ['rule', 'action', 'undefaction', 'comment'] },
  sslaction: { id: ['name'] },
  lbvserver: { id: ['name'], mutable: ['*'] },
  servicegroup: { id: ['servicegroupname'], mutable: ['*'] },
  lbvserver_servicegroup_binding: { id: ['name', 'servicegroupname'] },
  lbmonitor: { id: ['monitorname', 'type'], mutable: ['*'] },
  servicegroup_lbmonitor_binding: { id: ['servicegroupname', 'monitor_name'] },
  /** A desired set: read from the members' bindings, written as a whole. */
  servicegroup_servicegroupmemberlist_binding: { id: ['servicegroupname'], rebinds: true },
  responderaction: { id: ['name'], mutable: ['target', 'responsestatuscode', 'comment'] },
  responderpolicy: { id: ['name'], mutable: ['rule', 'action', 'comment'] },
  csaction: { id: ['name'], mutable: ['targetvserverexpr', 'comment'] },
  cspolicy: { id: ['policyname'], mutable: ['rule', 'action'] },
  csvserver_cspolicy_binding: { id: ['name', 'policyname'] },
  csvserver_responderpolicy_binding: { id: ['name', 'policyname', 'bindpoint'] },
} as const satisfies Record<string, TypeFacts>;
export type ResourceType = keyof typeof TYPES;

/** Attributes that only creation can set, of types whose other attributes may all change. */
export const IMMUTABLE: Partial<Record<ResourceType, readonly string[]>> = {
  csvserver: ['servicetype', 'port'],
  lbvserver: ['servicetype', 'port'],
  servicegroup: ['servicetype', 'autoscale'],
};

/**
 * Attributes that stay at the appliance's default, and that decide whether and where connections go: another value is
 * drift, unless the object's owner requests it (VAL-13). The operator may set attributes that only tune a connection.
 * `healthmonitor` and `invoke` are in no row or document at hand (V).
 */
export const DEFAULTS: Partial<Record<ResourceType, Attributes>> = {
  lbvserver: { lbmethod: 'LEASTCONNECTION', somethod: 'NONE', healththreshold: 0, backupvserver: '' },
  servicegroup: { healthmonitor: 'YES', maxclient: 0 },
  sslvserver_sslpolicy_binding: { gotopriorityexpression: 'END', invoke: 'false' },
};

/** Returns whether somebody disabled an object: it is then enabled again. */
export const isDisabled = ({ type, attributes }: Pick<Resource, 'type' | 'attributes'>): boolean =>
  SWITCHED.includes(type) && String(attributes.state).toUpperCase() === 'DISABLED';

/** Types that can be disabled. */
const SWITCHED: readonly ResourceType[] = ['csvserver', 'lbvserver', 'servicegroup'];

export function factsOf(type: ResourceType): TypeFacts {
  return TYPES[type];
}

/** Returns the type and the values of the identity attributes, in the type's order. */
const identityParts = ({ type, id }: Pick<Resource, 'type' | 'id'>): string[] => [
  type,
  ...factsOf(type).id.map((field) => String(id[field])),
];

/** Returns the identity of a row over all types: two resources with one identity are the same row. */
export const identity = (resource: Pick<Resource, 'type' | 'id'>): string => identityParts(resource).join('\n');

/**
 * Maps rows to values by their identity. Rows of a type that the index does not have are found missing without a text
 * for each: of 100,000 rows of a plan, few have counterparts.
 */
export class RowIndex<T> {
  readonly #byType = new Map<ResourceType, Map<string, T>>();

  get({ type, id }: Pick<Resource, 'type' | 'id'>): T | undefined {
    return this.#byType.get(type)?.get(idText(type, id));
  }

  set({ type, id }: Pick<Resource, 'type' | 'id'>, value: T): void {
    const rows = this.#byType.get(type);
    if (rows === undefined) this.#byType.set(type, new Map([[idText(type, id), value]]));
    else rows.set(idText(type, id), value);
  }
}

/** Returns the values of the identity attributes of a row as one text. */
function idText(type: ResourceType, id: Attributes): string {
  const [first, ...others] = factsOf(type).id;
  let text = String(id[first as string]);
  for (const field of others) text += `\n${id[field]}`;
  return text;
}

/** Returns a row's identity for people: `sslpolicy nsp-gate-192.0.2.10-443`. */
export const objectName = (resource: Pick<Resource, 'type' | 'id'>): string => identityParts(resource).join(' ');

export function isBinding(type: ResourceType): boolean {
  return type.endsWith('_binding');
}

/** Returns what a removal needs beyond the identity: a binding's priority. Rows of servers have a priority, too. */
export function removalArguments({ type, attributes }: Pick<Resource, 'type' | 'attributes'>): Attributes {
  const { priority } = attributes;
  return priority === undefined || !isBinding(type) ? {} : { priority };
}
