/** How a `<a>_<b>_binding` hangs together. */
export interface BindingFacts {
  /** Kind that it hangs on; the binding's key attribute names it. */
  readonly parent: string;
  /** Code when the parent is not there. */
  readonly noParent: number;
  /** Attributes that tell the bindings of one parent apart. */
  readonly identity: readonly string[];
  /** Attributes that must be given. */
  readonly required: readonly string[];
  /** Code when it is bound already; `replace`: takes the new values; `same`: succeeds when identical. */
  readonly again: number | 'replace' | 'same';
  /** Code when what is to be unbound is not bound. */
  readonly notBound: number;
  /** Attribute with the priority, unique within the parent and the attributes named. */
  readonly priority?: {
    readonly within: readonly string[];
    readonly from: number;
    readonly to: number;
    readonly taken: number;
  };
}

const policyPriority = { within: ['bindpoint'], from: 1, to: 2_147_483_647, taken: 3041 };

/** Source: the vendor's schema for keys and arguments; the protocol sheet for codes. */
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

/** `<kind>_binding` → the kinds of bindings that it gathers, by parent. */
export function bindingsOf(parent: string): string[] {
  return Object.keys(bindings).filter((kind) => bindings[kind]!.parent === parent);
}
