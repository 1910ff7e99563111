import { nsacl } from './acls.ts';
import { nsip } from './addresses.ts';
import type { Hooks } from './context.ts';
import { lbmonitor } from './monitors.ts';
import * as policies from './policies.ts';
import * as groups from './servicegroups.ts';
import * as ssl from './ssl.ts';
import * as vservers from './vservers.ts';

/** Maps each kind to its behaviour beyond the schema. */
export const hooks: Readonly<Record<string, Hooks>> = {
  csvserver: vservers.csvserver,
  csvserver_cspolicy_binding: policies.csvserverCspolicy,
  csvserver_lbvserver_binding: policies.csvserverDefault,
  csvserver_responderpolicy_binding: policies.csvserverResponder,
  lbmonitor,
  lbvserver: vservers.lbvserver,
  lbvserver_responderpolicy_binding: policies.lbvserverResponder,
  lbvserver_service_binding: groups.lbvserverService,
  lbvserver_servicegroup_binding: groups.lbvserverServicegroup,
  policydataset_value_binding: policies.valueBinding,
  policypatset_pattern_binding: policies.patternBinding,
  nsacl,
  nsip,
  responderaction: policies.responderaction,
  responderpolicy: policies.responderpolicy,
  server: groups.server,
  service: groups.service,
  servicegroup: groups.servicegroup,
  servicegroup_servicegroupmember_binding: groups.member,
  sslaction: ssl.sslaction,
  sslcertkey: ssl.sslcertkey,
  sslpolicy: ssl.sslpolicy,
  sslservicegroup: ssl.sslservicegroup,
  sslservicegroup_sslcertkey_binding: ssl.groupCertkeyBinding,
  sslvserver: ssl.sslvserver,
  sslvserver_sslciphersuite_binding: ssl.cipherBinding,
  sslvserver_sslcertkey_binding: ssl.certkeyBinding,
  sslvserver_sslpolicy_binding: ssl.sslpolicyBinding,
};
