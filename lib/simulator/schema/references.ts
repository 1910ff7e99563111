/** An attribute that names another object. */
interface ReferenceFacts {
  /** Kinds that the attribute may name. */
  readonly to: readonly string[];
  /** Code when the object does not exist. */
  readonly missing: number;
  /** Values in upper case that do not name an object: built-in actions, `None`. */
  readonly builtIn?: readonly string[];
}

const vserver: ReferenceFacts = { to: ['lbvserver', 'csvserver'], missing: 461 };
const lbvserver: ReferenceFacts = { to: ['lbvserver'], missing: 258 };
const tcpProfile: ReferenceFacts = { to: ['nstcpprofile'], missing: 3248, builtIn: ['NSTCP_DEFAULT_PROFILE'] };
const httpProfile: ReferenceFacts = { to: ['nshttpprofile'], missing: 3248 };
const netProfile: ReferenceFacts = { to: ['netprofile'], missing: 258 };
const ipset: ReferenceFacts = { to: ['ipset'], missing: 258 };
const sslProfile: ReferenceFacts = {
  to: ['sslprofile'],
  missing: 3248,
  builtIn: ['NS_DEFAULT_SSL_PROFILE_FRONTEND', 'NS_DEFAULT_SSL_PROFILE_BACKEND'],
};
const monitor: ReferenceFacts = { to: ['lbmonitor'], missing: 2171 };
const policy = (kind: string): ReferenceFacts => ({ to: [kind], missing: 2054 });

/** Maps kinds to their attributes that name other objects. Sources: the vendor's schema and error list. */
export const references: Readonly<Record<string, Readonly<Record<string, ReferenceFacts>>>> = {
  csaction: { targetlbvserver: lbvserver, targetvserver: vserver },
  cspolicy: { action: { to: ['csaction'], missing: 538 } },
  csvserver: {
    tcpprofilename: tcpProfile,
    httpprofilename: httpProfile,
    netprofile: netProfile,
    ipset,
    backupvserver: vserver,
  },
  csvserver_cspolicy_binding: { policyname: policy('cspolicy'), targetlbvserver: lbvserver },
  csvserver_lbvserver_binding: { lbvserver },
  csvserver_responderpolicy_binding: { policyname: policy('responderpolicy'), targetlbvserver: lbvserver },
  lbmonitor: { sslprofile: sslProfile, netprofile: netProfile },
  lbvserver: {
    tcpprofilename: tcpProfile,
    httpprofilename: httpProfile,
    netprofile: netProfile,
    ipset,
    backupvserver: lbvserver,
  },
  lbvserver_responderpolicy_binding: { policyname: policy('responderpolicy') },
  lbvserver_service_binding: { servicename: { to: ['service'], missing: 344 } },
  lbvserver_servicegroup_binding: { servicegroupname: { to: ['servicegroup'], missing: 258 } },
  responderpolicy: { action: { to: ['responderaction'], missing: 538, builtIn: ['NOOP', 'RESET', 'DROP'] } },
  service: {
    tcpprofilename: tcpProfile,
    httpprofilename: httpProfile,
    netprofile: netProfile,
    servername: { to: ['server'], missing: 351 },
  },
  service_lbmonitor_binding: { monitor_name: monitor },
  servicegroup: { tcpprofilename: tcpProfile, httpprofilename: httpProfile, netprofile: netProfile },
  servicegroup_lbmonitor_binding: { monitor_name: monitor },
  servicegroup_servicegroupmember_binding: { servername: { to: ['server'], missing: 351 } },
  sslaction: { forward: { ...vserver, missing: 461 } },
  sslcertkey: { linkcertkeyname: { to: ['sslcertkey'], missing: 1540 } },
  sslpolicy: {
    action: {
      to: ['sslaction'],
      missing: 538,
      builtIn: ['NOOP', 'RESET', 'DROP', 'CLIENTAUTH', 'NOCLIENTAUTH', 'INTERCEPT', 'BYPASS'],
    },
  },
  sslservicegroup: { sslprofile: sslProfile },
  sslservicegroup_sslcertkey_binding: { certkeyname: { to: ['sslcertkey'], missing: 1540 } },
  sslvserver: { sslprofile: sslProfile },
  sslvserver_sslcertkey_binding: { certkeyname: { to: ['sslcertkey'], missing: 1540 } },
  sslvserver_sslpolicy_binding: { policyname: policy('sslpolicy') },
  systemuser_systemcmdpolicy_binding: {
    policyname: {
      to: ['systemcmdpolicy'],
      missing: 258,
      builtIn: ['SUPERUSER', 'SYSADMIN', 'NETWORK', 'OPERATOR', 'READ-ONLY', 'PARTITION-ADMIN', 'PARTITION-READ-ONLY'],
    },
  },
};

/** Attributes that hold an expression, with its required type. */
export const expressions: Readonly<Record<string, Readonly<Record<string, 'bool' | 'text' | 'any'>>>> = {
  csaction: { targetvserverexpr: 'text' },
  cspolicy: { rule: 'bool' },
  policyexpression: { value: 'any' },
  responderaction: { target: 'text' },
  responderpolicy: { rule: 'bool' },
  sslpolicy: { rule: 'bool' },
};

/**
 * Codes of what keeps an object from being deleted. Bindings that are not listed are removed with the object;
 * attributes that are not listed answer 315.
 */
export const deletionBlocks: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  csaction: { cspolicy: 1372 },
  cspolicy: { csvserver_cspolicy_binding: 810 },
  lbmonitor: { servicegroup_lbmonitor_binding: 2131, service_lbmonitor_binding: 2131 },
  lbvserver: {
    csaction: 1371,
    csvserver_cspolicy_binding: 1409,
    csvserver_lbvserver_binding: 1409,
    csvserver_responderpolicy_binding: 1409,
    sslaction: 1598,
  },
  csvserver: { csaction: 1371, sslaction: 1598 },
  policydataset: { sslpolicy: 1070, responderpolicy: 1070, responderaction: 1070, cspolicy: 1070, csaction: 1070 },
  policypatset: { sslpolicy: 1070, responderpolicy: 1070, responderaction: 1070, cspolicy: 1070, csaction: 1070 },
  policystringmap: { sslpolicy: 1070, responderpolicy: 1070, responderaction: 1070, cspolicy: 1070, csaction: 1070 },
  responderaction: { responderpolicy: 832 },
  responderpolicy: { csvserver_responderpolicy_binding: 810, lbvserver_responderpolicy_binding: 810 },
  sslaction: { sslpolicy: 832 },
  sslcertkey: { sslvserver_sslcertkey_binding: 1541, sslservicegroup_sslcertkey_binding: 1541, sslcertkey: 1541 },
  sslpolicy: { sslvserver_sslpolicy_binding: 810 },
  systemcmdpolicy: { systemuser_systemcmdpolicy_binding: 315 },
};

/** Kinds whose objects share one set of names. */
export const sharedNames: readonly (readonly string[])[] = [
  ['lbvserver', 'csvserver'],
  ['service', 'servicegroup'],
  ['policystringmap', 'policypatset', 'policydataset', 'policyexpression'],
];

/** Kinds whose names are not case-sensitive. */
export const foldedKinds: ReadonlySet<string> = new Set([
  'policystringmap',
  'policypatset',
  'policydataset',
  'policyexpression',
]);
