/** Parts of a target that not every target has, with what each is. A case names those that it needs. */
export const FEATURES = {
  'unchecked-objects': 'objects that the API server would refuse reach the controller, as from files',
  'second-vip': 'a second address',
  'frontend-ip': 'an Ingress names its address',
  'default-vip': 'an Ingress without an address gets the configured one',
  'secure-port': 'an Ingress names its port',
  'tls-required': 'a host is served only where `tls` covers it',
  status: 'the address in `status.loadBalancer`',
  reasons: 'findings and outcomes as Kubernetes Events on the Ingress',
  redirect: 'plain HTTP is redirected where the Ingress asks for it',
  annotations: 'annotations of load balancing, and findings about those that have no effect',
  'annotation-values': 'the spelling of `true` in the annotation',
  sources: 'an Ingress names the source networks that may connect',
  challenges: 'an Ingress lets ACME challenges through its redirect',
  'proxy-protocol': 'an Ingress asks for the PROXY protocol to its back ends',
  'health-checks': 'members that do not answer are passed over',
  'class-objects': 'a class exists only where the cluster has its object',
  nodes: 'the suite may create Nodes',
  'limit-members': 'an address that `memberNetworks` refuses',
  'limit-hosts': 'a host that `hostOwnership` refuses',
  'limit-vips': 'an address that `frontendIPs` refuses',
  'foreign-frontend': 'an address and port that somebody else uses',
} as const;

export type Feature = keyof typeof FEATURES;
