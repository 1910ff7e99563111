import { defaults } from './defaults.ts';

/** Defaults of one type, with where they were read. */
interface Source {
  readonly kind: string;
  readonly attributes: readonly string[];
  readonly read: string;
}

const source = (kind: string, read: string, attributes: string): Source => ({
  kind,
  read,
  attributes: attributes.split(' '),
});

/** A row of an appliance: real-rows.json of the conformance tests has it. */
export const ROWS = {
  lbvserver: 'a row of a CPX of 2020',
  servicegroup: 'a row of a client’s fixtures, 2013',
  servicegroup_servicegroupmember_binding: 'a row of a client’s fixtures',
} as const;

/**
 * Where each default was read. What is named nowhere here was written from memory of the vendor's reference, and is to
 * be verified on a real appliance: (V). docs/appliance-defaults.md lists both.
 */
export const SOURCES: readonly Source[] = [
  source(
    'lbvserver',
    ROWS.lbvserver,
    'appflowlog authentication authn401 backuplbmethod bypassaaaa cacheable cachetype connfailover datalength dataoffset disableprimaryondown dns64 downstateflush dynamicweight healththreshold icmpvsrresponse insertvserveripport invoke ipmapping ipmask ippattern ipv46 l2conn lbmethod listenpolicy m macmoderetainvlan map maxautoscalemembers minautoscalemembers newservicerequestunit persistencebackup persistencetype persistmask pipolicyhits policysubtype port priority processlocal push pushlabel pushmulticlients range redirectportrewrite retainconnectionsoncluster rhistate rtspnat ruletype sessionless skippersistency somethod sopersistence sopersistencetimeout td timeout trofspersistence v6persistmasklen vsvrbindsvcip vsvrbindsvcport',
  ),
  source('lbvserver', 'keys seen in rows of 14.1', 'nodefaultbindings orderthreshold toggleorder'),
  source('csvserver', 'the vendor’s Terraform and Ansible collections', 'nodefaultbindings'),
  source('csvserver', 'the API reference: always UP, whatever its balancing servers are', 'stateupdate'),
  source(
    'servicegroup',
    ROWS.servicegroup,
    'appflowlog cacheable cachetype cka cmp downstateflush graceful hashid maxbandwidth maxclient maxreq monstate monthreshold monweight rtspsessionidremap sc servicegroupid sp state tcpb useproxyport usip weight',
  ),
  source('servicegroup', 'keys seen in newer rows', 'memberport td'),
  source('servicegroup', 'the vendor’s Terraform and Ansible collections', 'nodefaultbindings'),
  source('servicegroup_servicegroupmember_binding', ROWS.servicegroup_servicegroupmember_binding, 'hashid serverid'),
  source('servicegroup_servicegroupmember_binding', 'keys seen in newer rows', 'customserverid'),
  source('systemparameter', 'the API reference', 'timeout'),
  source('systemuser', 'the API reference', 'maxsession timeout'),
  source('responderaction', 'the CLI reference', 'responsestatuscode'),
  source('sslvserver_sslpolicy_binding', 'the CLI reference', 'gotopriorityexpression'),
  source('lbparameter', 'the vendor’s error list (1325)', 'allowboundsvcremoval'),
  source(
    'lbparameter',
    'an acceptance test of the vendor’s Terraform provider',
    'lbhashfingers retainservicestate vserverspecificmac',
  ),
];

/** Returns the defaults of a type that no source pins, by name: (V). */
export function unsourced(kind: string): string[] {
  const sourced = new Set(SOURCES.filter((each) => each.kind === kind).flatMap(({ attributes }) => attributes));
  return Object.keys(defaults[kind] ?? {})
    .filter((attribute) => !sourced.has(attribute))
    .sort();
}
