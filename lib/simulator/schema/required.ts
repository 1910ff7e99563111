/** Attributes without which an object is not made (1095), beside its key. Of ACLs and `nsip` from memory (V). */
export const required: Readonly<Record<string, readonly string[]>> = {
  cspolicy: ['rule'],
  csvserver: ['servicetype'],
  hanode: ['ipaddress'],
  lbmonitor: ['type'],
  nsip: ['netmask'],
  nsacl: ['aclaction'],
  policyexpression: ['value'],
  responderaction: ['type'],
  responderpolicy: ['rule', 'action'],
  service: ['servicetype', 'port'],
  servicegroup: ['servicetype'],
  sslpolicy: ['rule'],
  sslpolicylabel: ['type'],
  systemcmdpolicy: ['action', 'cmdspec'],
  systemuser: ['password'],
};
