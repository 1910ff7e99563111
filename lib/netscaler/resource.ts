import type { Attributes } from '../route/index.ts';

/**
 * One object or binding on the appliance, wanted or found.
 *
 * The role says what it is for; the order of writes follows from it alone (`lib/plan/order.ts`).
 */
export interface Resource {
  readonly role: ResourceRole;
  readonly type: ResourceType;
  /** Values of the type's identity attributes. */
  readonly id: Attributes;
  /** Everything else that we set. */
  readonly attributes: Attributes;
  /** Keys of the owners whose routes need it; empty: everyone's. It is left out when nothing else of all of them was made. */
  readonly owners: readonly string[];
  /** Others whose change it is, and who are not done with while it is not written. */
  readonly alsoFor?: readonly string[];
  /** Attributes that must not be set: somebody asked for them before, and nobody does any more. */
  readonly unset?: readonly string[];
}

/**
 * In the order in which they are made (protocol rule 7). Types that name others come behind them; rows of the front
 * end's map come last, when all that they speak of is known to be there.
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
  'system-policy',
  'policy',
  'front-end-policy',
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
  /** Attributes that `PUT` may change; none: removed and made again. */
  readonly mutable?: readonly string[];
  /** Adding what is there replaces its value in one step. */
  readonly rebinds?: true;
}

/** What NITRO lets one do with each type that we make (vendor's schema, 14.1). */
export const TYPES = {
  policystringmap: { id: ['name'], mutable: ['comment'] },
  policystringmap_pattern_binding: { id: ['name', 'key'], rebinds: true },
  nstcpprofile: { id: ['name'], mutable: ['establishclientconn'] },
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
  /** A desired set: read from the members' bindings, written whole. */
  servicegroup_servicegroupmemberlist_binding: { id: ['servicegroupname'], rebinds: true },
  responderaction: { id: ['name'], mutable: ['target', 'responsestatuscode', 'comment'] },
  responderpolicy: { id: ['name'], mutable: ['rule', 'action', 'comment'] },
  csvserver_responderpolicy_binding: { id: ['name', 'policyname', 'bindpoint'] },
} as const satisfies Record<string, TypeFacts>;
export type ResourceType = keyof typeof TYPES;

/** Attributes that only creation takes, of types whose others may all change. */
export const IMMUTABLE: Partial<Record<ResourceType, readonly string[]>> = {
  csvserver: ['servicetype', 'port'],
  lbvserver: ['servicetype', 'port'],
  servicegroup: ['servicetype', 'autoscale'],
};

/**
 * Attributes that we leave at the appliance's default, and that decide whether and where connections go: another value
 * is drift, unless the object's owner asks for it (VAL-13). What only tunes a connection is the operator's to set.
 * `healthmonitor` and `invoke` are in no row or document at hand (V).
 */
export const DEFAULTS: Partial<Record<ResourceType, Attributes>> = {
  lbvserver: { lbmethod: 'LEASTCONNECTION', somethod: 'NONE', healththreshold: 0, backupvserver: '' },
  servicegroup: { healthmonitor: 'YES', maxclient: 0 },
  sslvserver_sslpolicy_binding: { gotopriorityexpression: 'END', invoke: 'false' },
};

/** Of ours, somebody may disable it: `state` says so, and it is enabled again. */
export const isDisabled = ({ type, attributes }: Pick<Resource, 'type' | 'attributes'>): boolean =>
  SWITCHED.includes(type) && String(attributes.state).toUpperCase() === 'DISABLED';

export const SWITCHED: readonly ResourceType[] = ['csvserver', 'lbvserver', 'servicegroup'];

export function factsOf(type: ResourceType): TypeFacts {
  return TYPES[type];
}

/** Identity over all types: two resources of one identity are the same row. */
export function identity(resource: Pick<Resource, 'type' | 'id'>): string {
  return [resource.type, ...factsOf(resource.type).id.map((field) => String(resource.id[field]))].join('\n');
}

export function isBinding(type: ResourceType): boolean {
  return type.endsWith('_binding');
}

/** What names a row when it is removed, beyond its identity: a binding's priority. Rows of servers have one, too. */
export function removalArguments({ type, attributes }: Pick<Resource, 'type' | 'attributes'>): Attributes {
  const { priority } = attributes;
  return priority === undefined || !isBinding(type) ? {} : { priority };
}
