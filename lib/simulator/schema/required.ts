/** Attributes that a new object needs beside its key (1095). Those of ACLs and `nsip` are from memory (V). */
export const required: Readonly<Record<string, readonly string[]>> = {
  cspolicy: ['rule'],
  csvserver: ['servicetype'],
  hanode: ['ipaddress'],
  lbmonitor: ['type'],
  nsip: ['netmask'],
  nsacl: ['aclaction'],
  policydataset: ['type'],
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
