/** Rules of a `<a>_<b>_binding`. */
export interface BindingFacts {
  /** Kind of the parent, which the binding's key attribute names. */
  readonly parent: string;
  /** Code when the parent does not exist. */
  readonly noParent: number;
  /** Attributes that identify a binding of a parent. */
  readonly identity: readonly string[];
  /** Attributes that must be given. */
  readonly required: readonly string[];
  /** Effect of a second binding: a code, `replace` (takes the new values), or `same` (succeeds when identical). */
  readonly again: number | 'replace' | 'same';
  /** Code when the binding to remove does not exist. */
  readonly notBound: number;
  /** Rule of the priority, which is unique within the parent and the attributes named. */
  readonly priority?: {
    readonly within: readonly string[];
    readonly from: number;
    readonly to: number;
    readonly taken: number;
  };
}

const policyPriority = { within: ['bindpoint'], from: 1, to: 2_147_483_647, taken: 3041 };

/** Sources: the vendor's schema for keys and arguments, the protocol sheet for codes. */
export const bindings: Readonly<Record<string, BindingFacts>> = {
  csvserver_cspolicy_binding: {
    parent: 'csvserver',
    noParent: 258,
    identity: ['policyname'],
    required: ['policyname'],
    again: 'same',
    notBound: 2097,
    priority: { ...policyPriority, within: [] },
  },
  csvserver_lbvserver_binding: {
    parent: 'csvserver',
    noParent: 258,
    identity: ['lbvserver'],
    required: ['lbvserver'],
    again: 'same',
    notBound: 258,
  },
  csvserver_responderpolicy_binding: {
    parent: 'csvserver',
    noParent: 258,
    identity: ['policyname', 'bindpoint'],
    required: ['policyname', 'priority'],
    again: 'same',
    notBound: 2097,
    priority: policyPriority,
  },
  lbvserver_responderpolicy_binding: {
    parent: 'lbvserver',
    noParent: 258,
    identity: ['policyname', 'bindpoint'],
    required: ['policyname', 'priority'],
    again: 'same',
    notBound: 2097,
    priority: policyPriority,
  },
  lbvserver_service_binding: {
    parent: 'lbvserver',
    noParent: 258,
    identity: ['servicename'],
    required: ['servicename'],
    again: 273,
    notBound: 1303,
  },
  lbvserver_servicegroup_binding: {
    parent: 'lbvserver',
    noParent: 258,
    identity: ['servicegroupname'],
    required: ['servicegroupname'],
    again: 273,
    notBound: 1303,
  },
  policydataset_value_binding: {
    parent: 'policydataset',
    noParent: 2823,
    identity: ['value'],
    required: ['value'],
    again: 2867,
    notBound: 2822,
  },
  policypatset_pattern_binding: {
    parent: 'policypatset',
    noParent: 2823,
    identity: ['string'],
    required: ['string'],
    again: 2867,
    notBound: 2822,
  },
  policystringmap_pattern_binding: {
    parent: 'policystringmap',
    noParent: 2856,
    identity: ['key'],
    required: ['key', 'value'],
    again: 'replace',
    notBound: 258,
  },
  service_lbmonitor_binding: {
    parent: 'service',
    noParent: 258,
    identity: ['monitor_name'],
    required: ['monitor_name'],
    again: 2133,
    notBound: 2170,
  },
  servicegroup_lbmonitor_binding: {
    parent: 'servicegroup',
    noParent: 258,
    identity: ['monitor_name'],
    required: ['monitor_name'],
    again: 2133,
    notBound: 2170,
  },
  servicegroup_servicegroupmember_binding: {
    parent: 'servicegroup',
    noParent: 258,
    identity: ['servername', 'port'],
    required: ['port'],
    again: 273,
    notBound: 258,
  },
  sslservicegroup_sslcertkey_binding: {
    parent: 'sslservicegroup',
    noParent: 463,
    identity: ['certkeyname', 'snicert', 'ca'],
    required: ['certkeyname'],
    again: 273,
    notBound: 1542,
  },
  sslvserver_sslciphersuite_binding: {
    parent: 'sslvserver',
    noParent: 461,
    identity: ['ciphername'],
    required: ['ciphername'],
    again: 273,
    notBound: 3621,
  },
  sslvserver_sslcertkey_binding: {
    parent: 'sslvserver',
    noParent: 461,
    identity: ['certkeyname', 'snicert', 'ca'],
    required: ['certkeyname'],
    again: 273,
    notBound: 1542,
  },
  sslvserver_sslpolicy_binding: {
    parent: 'sslvserver',
    noParent: 461,
    identity: ['policyname', 'type'],
    required: ['policyname', 'priority'],
    again: 273,
    notBound: 2097,
    priority: { within: ['type'], from: 0, to: 64_000, taken: 3041 },
  },
  systemuser_systemcmdpolicy_binding: {
    parent: 'systemuser',
    noParent: 258,
    identity: ['policyname'],
    required: ['policyname', 'priority'],
    again: 273,
    notBound: 258,
    priority: { within: [], from: 0, to: 2_147_483_647, taken: 3041 },
  },
};

/** Returns the kinds of bindings that `<parent>_binding` gathers. */
export function bindingsOf(parent: string): string[] {
  return Object.keys(bindings).filter((kind) => bindings[kind]!.parent === parent);
}
