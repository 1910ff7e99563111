import type { DetailType, EventData } from '../lib/contract/index.ts';

const ingress = {
  namespace: 'default',
  name: 'hotdrinks-ingress',
  uid: '5b2f3d0a-0c6e-4a57-8a3c-3f6b0a1c9e11',
  created: 1_767_225_600,
  class: 'citrix',
  annotations: {
    'ingress.citrix.com/frontend-ip': '192.0.2.10',
    'ingress.citrix.com/insecure-termination': 'redirect',
    'ingress.citrix.com/ssl-passthrough': 'True',
  },
  rules: [
    {
      host: 'hotdrinks.beverages.com',
      paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'frontend-hotdrinks', port: 443 } } }],
    },
  ],
  tls: [{ hosts: [] }],
  backends: [
    {
      service: 'frontend-hotdrinks',
      port: 443,
      members: [
        { address: '10.244.0.11', port: 8443 },
        { address: '10.244.0.12', port: 8443 },
      ],
    },
  ],
};
const sequence = 1_768_469_400_000;
const desired = { cluster: 'prod', clusterUid: '0d6f2c9e-7f3a-4a0e-9a55-2b6c1f0e7d21', sequence };
const ref = { namespace: ingress.namespace, name: ingress.name };
const by = { cluster: 'prod', appliance: 'edge' };
const range = { from: '22', to: 'zz' };
const vip = { ip: '192.0.2.10', port: 443 };
const outcome = {
  ...by,
  ...ref,
  sequence,
  programmed: [],
  removed: [],
  hosts: [],
  findings: [],
  changes: [],
  durationMs: 38,
  latencyMs: 96,
};

const tlsRoute: EventData<'TLSRoute Changed'>['tlsRoute'] = {
  ...ref,
  uid: ingress.uid,
  created: ingress.created,
  hostnames: ['hotdrinks.beverages.com'],
  parents: [
    {
      gateway: { namespace: 'infra', name: 'edge' },
      class: 'netscaler',
      listener: 'tls',
      port: 443,
      hostname: '*.beverages.com',
      addresses: ['192.0.2.10'],
    },
  ],
  rules: [
    {
      backends: [
        {
          namespace: ref.namespace,
          service: 'frontend-hotdrinks',
          port: 443,
          weight: 1,
          members: [{ address: '10.0.0.11', port: 8443 }],
        },
      ],
    },
  ],
};

const gateway: EventData<'Gateway Changed'>['gateway'] = {
  namespace: 'infra',
  name: 'edge',
  uid: '5f0e3c7a-4d7c-4b7e-9a44-6b6f0a2a1c55',
  created: ingress.created,
  class: 'netscaler',
  addresses: [],
  assigned: ['192.0.2.10'],
  listeners: [
    { name: 'tls', port: 443, protocol: 'TLS' },
    { name: 'http', port: 80, protocol: 'HTTP' },
  ],
};
const gatewayOutcome = { ...outcome, namespace: gateway.namespace, name: gateway.name };

/** One event of each type, as it may be. Checked against the schemas when the documentation is made. */
export const EXAMPLES: { readonly [T in DetailType]: EventData<T> } = {
  'Ingress Changed': { ...desired, ingress },
  'Ingress Withdrawn': { ...desired, ...ref },
  'Cluster Snapshot': { ...desired, ...range, flagged: true, ingresses: [ingress], listed: [] },
  'Resync Requested': { cluster: 'prod', appliances: ['edge'], ingresses: [ref], reason: 'drift found by the audit' },
  'Work Requested': { appliance: 'edge', work: 'save', reason: 'the last change is 64 s old and not saved' },
  'Ingress Programmed': {
    ...outcome,
    programmed: [vip],
    hosts: ['hotdrinks.beverages.com'],
    findings: [
      {
        code: 'NoEndpoints',
        severity: 'warning',
        message: '"frontend-hotdrinks:443" has no usable endpoint: its hosts are reset',
        path: 'spec.rules[0].http.paths[0].backend.service.name',
        value: 'frontend-hotdrinks:443',
        remedy: 'Start the pods of the Service, or correct its selector. The Ingress needs no change.',
      },
    ],
    changes: ['bind policy stringmap nsp_f_192_0_2_10_443 hotdrinks.beverages.com …'],
  },
  'Ingress Removed': { ...outcome, removed: [vip] },
  'Ingress Rejected': {
    ...outcome,
    findings: [
      {
        code: 'TLSNotEnabled',
        severity: 'error',
        message: 'no entry of spec.tls covers "hotdrinks.beverages.com"',
        path: 'spec.rules[0].host',
        value: 'hotdrinks.beverages.com',
        remedy: 'Add to spec.tls: - hosts: ["hotdrinks.beverages.com"]',
      },
    ],
  },
  'Ingress Failed': {
    ...outcome,
    reason: 'add cs vserver nsp-192.0.2.10-443: 273 Resource already exists',
    retry: false,
  },
  'Ingress Stale': { ...by, ...ref, sequence, recorded: sequence + 4_200 },
  'TLSRoute Changed': { ...desired, tlsRoute },
  'TLSRoute Withdrawn': { ...desired, ...ref },
  'TLSRoute Snapshot': {
    ...desired,
    from: '02',
    to: '1z',
    flagged: true,
    tlsRoutes: [tlsRoute],
    listed: [],
    gateways: [gateway],
  },
  'TLSRoute Programmed': { ...outcome, programmed: [vip], hosts: ['hotdrinks.beverages.com'] },
  'TLSRoute Removed': { ...outcome, removed: [vip] },
  'TLSRoute Rejected': {
    ...outcome,
    findings: [
      {
        code: 'ServiceNotFound',
        severity: 'error',
        message: 'Service "frontend-hotdrinks:443" does not exist',
        path: 'spec.rules[0].backendRefs[0]',
        value: 'frontend-hotdrinks:443',
        remedy: 'Create the Service, or correct its name.',
      },
    ],
  },
  'TLSRoute Failed': {
    ...outcome,
    reason: 'add cs vserver nsp-192.0.2.10-443: 273 Resource already exists',
    retry: false,
  },
  'TLSRoute Stale': { ...by, ...ref, sequence, recorded: sequence + 4_200 },
  'Gateway Changed': { ...desired, gateway },
  'Gateway Withdrawn': { ...desired, namespace: gateway.namespace, name: gateway.name },
  'Gateway Programmed': {
    ...gatewayOutcome,
    programmed: [vip, { ...vip, port: 80 }],
    listeners: ['tls', 'http'],
  },
  'Gateway Removed': { ...gatewayOutcome, removed: [vip] },
  'Gateway Rejected': {
    ...gatewayOutcome,
    findings: [
      {
        code: 'FrontendIPForbidden',
        severity: 'error',
        message:
          '198.51.100.1, which the Gateway infra/edge requests, is outside the front-end ranges of this appliance: 192.0.2.0/24',
        path: 'spec.addresses',
        value: '198.51.100.1',
        remedy: 'Use an address of the ranges, or ask for another range.',
      },
    ],
  },
  'Gateway Failed': {
    ...gatewayOutcome,
    reason: 'add cs vserver nsp-192.0.2.10-443: 273 Resource already exists',
    retry: false,
  },
  'Gateway Stale': { ...by, namespace: gateway.namespace, name: gateway.name, sequence, recorded: sequence + 4_200 },
  'Certificates Expiring': {
    ...by,
    kind: 'Ingress',
    namespace: 'beverages',
    name: 'hotdrinks-ingress',
    certificates: [
      {
        host: 'hotdrinks.beverages.com',
        notAfter: 1_798_761_600_000,
        message:
          'The certificate that the back end of hotdrinks.beverages.com shows (hotdrinks.beverages.com) expires on 2027-01-01, within 14 days.',
      },
    ],
  },
  'Snapshot Applied': { ...by, sequence, ...range, ingresses: 412, changed: 3, removed: 1, durationMs: 640 },
  'Prune Refused': {
    ...by,
    sequence,
    ...range,
    routes: 412,
    removes: 250,
    causes: { missing: 248, reduced: 2 },
    limitPercent: 30,
    reason: 'the snapshot would remove 250 of 412 routes of its range, more than 30 %: nothing was changed',
  },
};
