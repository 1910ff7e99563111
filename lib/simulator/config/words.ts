/** Spelling of a kind on the command line. */
export interface Words {
  /** Words after `add` or `set`: `lb vserver`. */
  readonly noun: string;
  /** Attributes that are given by position, the key first. */
  readonly positional: readonly string[];
}

/** Kinds of objects, in an order in which each comes after what it names. Source: the vendor's command reference. */
export const objectWords: Readonly<Record<string, Words>> = {
  systemcmdpolicy: { noun: 'system cmdPolicy', positional: ['policyname', 'action', 'cmdspec'] },
  systemuser: { noun: 'system user', positional: ['username', 'password'] },
  nstcpprofile: { noun: 'ns tcpProfile', positional: ['name'] },
  nshttpprofile: { noun: 'ns httpProfile', positional: ['name'] },
  nsacl: { noun: 'ns acl', positional: ['aclname', 'aclaction'] },
  netprofile: { noun: 'netProfile', positional: ['name'] },
  ipset: { noun: 'ipset', positional: ['name'] },
  nsip: { noun: 'ns ip', positional: ['ipaddress', 'netmask'] },
  hanode: { noun: 'HA node', positional: ['id', 'ipaddress'] },
  clusternode: { noun: 'cluster node', positional: ['nodeid', 'ipaddress'] },
  sslprofile: { noun: 'ssl profile', positional: ['name'] },
  sslcertkey: { noun: 'ssl certKey', positional: ['certkey'] },
  policystringmap: { noun: 'policy stringmap', positional: ['name'] },
  policypatset: { noun: 'policy patset', positional: ['name'] },
  policydataset: { noun: 'policy dataset', positional: ['name', 'type'] },
  policyexpression: { noun: 'policy expression', positional: ['name', 'value'] },
  server: { noun: 'server', positional: ['name', 'ipaddress'] },
  service: { noun: 'service', positional: ['name', 'servername', 'servicetype', 'port'] },
  servicegroup: { noun: 'serviceGroup', positional: ['servicegroupname', 'servicetype'] },
  lbmonitor: { noun: 'lb monitor', positional: ['monitorname', 'type'] },
  lbvserver: { noun: 'lb vserver', positional: ['name', 'servicetype', 'ipv46', 'port'] },
  csvserver: { noun: 'cs vserver', positional: ['name', 'servicetype', 'ipv46', 'port'] },
  sslaction: { noun: 'ssl action', positional: ['name'] },
  sslpolicy: { noun: 'ssl policy', positional: ['name'] },
  sslpolicylabel: { noun: 'ssl policylabel', positional: ['labelname'] },
  csaction: { noun: 'cs action', positional: ['name'] },
  cspolicy: { noun: 'cs policy', positional: ['policyname'] },
  responderaction: { noun: 'responder action', positional: ['name', 'type', 'target'] },
  responderpolicy: { noun: 'responder policy', positional: ['name', 'rule', 'action'] },
};

/** Settings that exist once: `set <noun>`. */
export const singletonWords: Readonly<Record<string, string>> = {
  systemparameter: 'system parameter',
  sslparameter: 'ssl parameter',
  lbparameter: 'lb parameter',
  sslvserver: 'ssl vserver',
  sslservicegroup: 'ssl serviceGroup',
  nsacls: 'ns acls',
};

/** Bindings: `bind <noun> <parent> …`; the first option distinguishes bindings with the same noun. */
export const bindingWords: Readonly<Record<string, Words>> = {
  systemuser_systemcmdpolicy_binding: { noun: 'system user', positional: ['username', 'policyname', 'priority'] },
  policystringmap_pattern_binding: { noun: 'policy stringmap', positional: ['name', 'key', 'value'] },
  policypatset_pattern_binding: { noun: 'policy patset', positional: ['name', 'string'] },
  policydataset_value_binding: { noun: 'policy dataset', positional: ['name', 'value'] },
  servicegroup_servicegroupmember_binding: {
    noun: 'serviceGroup',
    positional: ['servicegroupname', 'servername', 'port'],
  },
  servicegroup_lbmonitor_binding: { noun: 'serviceGroup', positional: ['servicegroupname'] },
  service_lbmonitor_binding: { noun: 'service', positional: ['name'] },
  lbvserver_servicegroup_binding: { noun: 'lb vserver', positional: ['name', 'servicegroupname'] },
  lbvserver_service_binding: { noun: 'lb vserver', positional: ['name', 'servicename'] },
  lbvserver_responderpolicy_binding: { noun: 'lb vserver', positional: ['name'] },
  csvserver_lbvserver_binding: { noun: 'cs vserver', positional: ['name'] },
  csvserver_cspolicy_binding: { noun: 'cs vserver', positional: ['name'] },
  csvserver_responderpolicy_binding: { noun: 'cs vserver', positional: ['name'] },
  sslvserver_sslpolicy_binding: { noun: 'ssl vserver', positional: ['vservername'] },
  sslvserver_sslciphersuite_binding: { noun: 'ssl vserver', positional: ['vservername'] },
  sslservicegroup_sslcertkey_binding: { noun: 'ssl serviceGroup', positional: ['servicegroupname'] },
  sslvserver_sslcertkey_binding: { noun: 'ssl vserver', positional: ['vservername'] },
};

const SPELLINGS =
  'certkeyName cltTimeout svrTimeout downStateFlush autoScale autoDisablegraceful autoDisabledelay persistenceType tcpProfileName netProfile undefAction policyName gotoPriorityExpression responseStatusCode healthMonitor targetLBVserver targetVserver targetVserverExpr respTimeout EstablishClientConn proxyProtocol proxyProtocolTxVersion SNICert backupLBMethod lbMethod httpProfileName sslProfile bypassSafetyCheck monitorName monThreshold maxClient maxReq cipHeader useProxyPort expiryMonitor notificationPeriod listenPolicy listenPriority icmpVsrResponse RHIstate snmpOid customHeaders cipherName endRange srcIP srcPort destIP destPort';

const spellings = new Map(SPELLINGS.split(' ').map((word) => [word.toLowerCase(), word]));

/** Returns the option of an attribute: `clttimeout` → `-cltTimeout`. */
export function option(attribute: string): string {
  const renamed = attribute === 'bindpoint' ? 'type' : attribute === 'monitor_name' ? 'monitorname' : attribute;
  return `-${spellings.get(renamed) ?? renamed}`;
}
