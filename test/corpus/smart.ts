import { at, type Case, ingress, path, route, rule, WEB } from './case.ts';
import { API } from './cluster.ts';

const HOST = 'shop.example.com';
const annotated = (annotations: Record<string, unknown>) => ingress({ annotations });

/** Attributes of the Service `web`, and those that are applied. */
type Row = readonly [object: string, given: object, applied: object | undefined, ...findings: string[]];

const rows: readonly Row[] = [
  ['lbvserver', { lbmethod: 'ROUNDROBIN' }, { lbmethod: 'ROUNDROBIN' }],
  ['lbvserver', { lbMethod: 'leastconnection' }, { lbmethod: 'LEASTCONNECTION' }],
  ['lbvserver', { lbmethod: 'URLHASH' }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { lbmethod: 'RANDOM' }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { persistenceType: 'SOURCEIP', timeout: '2' }, { persistencetype: 'SOURCEIP', timeout: 2 }],
  ['lbvserver', { persistencetype: 'COOKIEINSERT' }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { persistencetype: 'SSLSESSION', lbmethod: 'LRTM' }, { lbmethod: 'LRTM' }, 'AttributeUnsupported'],
  ['lbvserver', { clttimeout: 9000 }, { clttimeout: 9000 }],
  ['lbvserver', { cltTimeout: '31536001' }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { cltTimeout: -1 }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { cltTimeout: 1.5 }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { cltTimeout: true }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { cltTimeout: null }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { cltTimeout: [1] }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { persistmask: '255.255.255.0' }, { persistmask: '255.255.255.0' }],
  ['lbvserver', { persistmask: '255.0.255.0' }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { persistmask: '0.0.0.0' }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { netmask: 'ffff::' }, undefined, 'InvalidAnnotation'],
  ['lbvserver', { sobackupaction: 'REDIRECT' }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { servicetype: 'HTTP' }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { backupVserver: 'other' }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { name: 'x', port: 1, ipv46: '1.2.3.4' }, undefined, ...Array(3).fill('AttributeUnsupported')],
  ['lbvserver', { lbmetod: 'ROUNDROBIN' }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { constructor: 1 }, undefined, 'AttributeUnsupported'],
  ['lbvserver', { tcpprofilename: 'p' }, undefined, 'AttributeUnsupported'],
  ['servicegroup', { usip: 'yes' }, { usip: 'YES' }],
  ['servicegroup', { usip: 'maybe' }, undefined, 'InvalidAnnotation'],
  ['servicegroup', { maxReq: '100', svrTimeout: 300 }, { maxreq: 100, svrtimeout: 300 }],
  [
    'servicegroup',
    { cip: 'Enabled', cipHeader: 'X-Client' },
    undefined,
    'AttributeUnsupported',
    'AttributeUnsupported',
  ],
  ['servicegroup', { netprofile: 'proxy-v2' }, { netprofile: 'proxy-v2' }],
  ['servicegroup', { netprofile: 'a"b' }, undefined, 'InvalidAnnotation'],
  ['servicegroup', { autoscale: 'DNS' }, undefined, 'AttributeUnsupported'],
  ['monitor', { type: 'tcp' }, { type: 'TCP' }],
  [
    'monitor',
    { type: 'tcp-ecv', send: 'ping', recv: 'pong', secure: 'YES' },
    { recv: 'pong', secure: 'YES', send: 'ping', type: 'TCP-ECV' },
  ],
  ['monitor', { type: 'tcp-ecv' }, { type: 'TCP-ECV' }],
  ['monitor', { type: 'tcp-ecv', send: 'a', recv: 'b' }, { recv: 'b', send: 'a', type: 'TCP-ECV' }, 'MonitorPlain'],
  ['monitor', { type: 'http' }, { type: 'HTTP' }, 'MonitorPlain'],
  ['monitor', { type: 'HTTP-ECV', secure: 'no' }, { secure: 'NO', type: 'HTTP-ECV' }, 'MonitorPlain'],
  ['monitor', { type: 'http2' }, { type: 'HTTP2' }, 'MonitorPlain'],
  ['monitor', { type: 'HTTP', destport: 8080 }, { destport: 8080, type: 'HTTP' }],
  ['monitor', { type: 'HTTP', reverse: 'YES' }, { reverse: 'YES', type: 'HTTP' }],
  ['monitor', { interval: 10 }, { interval: 10, type: 'TCP' }],
  ['monitor', { type: 'USER' }, undefined, 'AttributeUnsupported'],
  ['monitor', { type: 'NONE' }, undefined, 'InvalidAnnotation'],
  [
    'monitor',
    { type: 'HTTP', secure: 'yes', httprequest: 'HEAD /health', respcode: ['200', '301-302'] },
    { httprequest: 'HEAD /health', secure: 'YES', type: 'HTTP' },
    'AttributeUnsupported',
  ],
  ['monitor', { type: 'TCP-ECV', send: 'ü' }, { type: 'TCP-ECV' }, 'InvalidAnnotation'],
  ['monitor', { interval: 5, resptimeout: 5 }, undefined, 'InvalidAnnotation'],
  ['monitor', { interval: 1 }, undefined, 'InvalidAnnotation'],
  [
    'monitor',
    { interval: 1, units3: 'min', resptimeout: 59 },
    { interval: 1, resptimeout: 59, type: 'TCP', units3: 'MIN' },
  ],
  [
    'monitor',
    { interval: 500, units3: 'MSEC', resptimeout: 499, units4: 'MSEC', retries: 3 },
    { interval: 500, resptimeout: 499, retries: 3, type: 'TCP', units3: 'MSEC', units4: 'MSEC' },
  ],
  ['monitor', { destip: '10.0.0.1' }, undefined, 'AttributeUnsupported'],
];

const unreadable = ['', 'x', '[]', 'null', '"web"', '{"web":', '{web:{}}', `{"web":{"x":"${'y'.repeat(70_000)}"}}`];

/** Annotations with attributes: VAL-13. */
export const SMART: readonly Case[] = [
  ...rows.map(([object, given, applied, ...findings]): Case => {
    const settings = applied === undefined ? '' : ` ${JSON.stringify({ [object]: applied })}`;
    return {
      rule: 'VAL-13',
      name: `${object}: ${JSON.stringify(given)}`,
      ingress: annotated({ [object]: JSON.stringify({ web: given }) }),
      routes: [route(HOST, `${WEB}${settings}`)],
      findings: findings.map((code) => `${code} ${at(object)}`),
    };
  }),
  ...unreadable.map(
    (value): Case => ({
      rule: 'VAL-13',
      name: `not a JSON object: ${value.slice(0, 20)}`,
      ingress: annotated({ lbvserver: value }),
      routes: [route(HOST)],
      findings: value === '' ? [] : [`InvalidAnnotation ${at('lbvserver')}`],
    }),
  ),
  {
    rule: 'VAL-13',
    name: 'attributes that are not an object',
    ingress: annotated({
      lbvserver: '{"web":"ROUNDROBIN"}',
      servicegroup: '{"web":["usip"]}',
      monitor: '{"web":null}',
    }),
    routes: [route(HOST)],
    findings: ['lbvserver', 'monitor', 'servicegroup'].map((name) => `InvalidAnnotation ${at(name)}`),
  },
  {
    rule: 'VAL-13',
    name: 'a Service that the Ingress does not name',
    ingress: annotated({ lbvserver: '{"wbe":{"lbmethod":"LRTM"},"other":{"nonsense":1}}' }),
    routes: [route(HOST)],
    findings: [`InvalidAnnotation ${at('lbvserver')}`, `InvalidAnnotation ${at('lbvserver')}`],
  },
  {
    rule: 'VAL-13',
    name: 'each Service has its own attributes',
    ingress: ingress({
      rules: [rule('a.example', path('/', 'api')), rule('b.example', path('/', 'web'))],
      annotations: {
        lbvserver: '{"api":{"lbmethod":"SRCIPDESTIPHASH"}}',
        servicegroup: '{"web":{"usip":"yes"}}',
        monitor: '{"api":{"type":"ping"},"web":{}}',
      },
    }),
    routes: [
      route('a.example', `${API} {"lbvserver":{"lbmethod":"SRCIPDESTIPHASH"},"monitor":{"type":"PING"}}`),
      route('b.example', `${WEB} {"servicegroup":{"usip":"YES"}}`),
    ],
  },
  {
    rule: 'VAL-13',
    name: 'the operator’s allow-list replaces the safe one, for its object',
    ingress: annotated({
      lbvserver: '{"web":{"lbmethod":"LRTM","tcpProfileName":"tuned"}}',
      servicegroup: '{"web":{"usip":"YES"}}',
    }),
    rules: { allowedAttributes: { lbvserver: ['TCPProfileName'] } },
    routes: [route(HOST, `${WEB} {"lbvserver":{"tcpprofilename":"tuned"},"servicegroup":{"usip":"YES"}}`)],
    findings: [`AttributeUnsupported ${at('lbvserver')}`],
  },
  {
    rule: 'VAL-13',
    name: 'an allow-list cannot admit what breaks passthrough',
    ingress: annotated({ lbvserver: '{"web":{"servicetype":"HTTP"}}' }),
    rules: { allowedAttributes: { lbvserver: ['servicetype'] } },
    routes: [route(HOST)],
    findings: [`AttributeUnsupported ${at('lbvserver')}`],
  },
  {
    rule: 'VAL-13',
    name: 'netprofile for all back ends',
    ingress: annotated({ netprofile: 'proxy-v2' }),
    routes: [route(HOST, `${WEB} {"servicegroup":{"netprofile":"proxy-v2"}}`)],
  },
  {
    rule: 'VAL-13',
    name: 'the netprofile of a service group wins over that of all back ends',
    ingress: annotated({ netprofile: 'all', servicegroup: '{"web":{"netProfile":"mine"}}' }),
    routes: [route(HOST, `${WEB} {"servicegroup":{"netprofile":"mine"}}`)],
  },
  {
    rule: 'VAL-13',
    name: 'an invalid netprofile name',
    ingress: annotated({ netprofile: '-x;rm' }),
    routes: [route(HOST)],
    findings: [`InvalidAnnotation ${at('netprofile')}`],
  },
  {
    rule: 'VAL-13',
    name: 'csvserver sets the front end',
    ingress: annotated({ csvserver: '{"l2conn":"on","cltTimeout":"600"}' }),
    routes: [route(HOST)],
    frontend: { clttimeout: 600, l2conn: 'ON' },
  },
  {
    rule: 'VAL-13, VAL-9',
    name: 'csvserver and ipset together; the ipset only by its own annotation',
    ingress: annotated({ csvserver: '{"l2conn":"off","ipset":"core"}', 'frontend-ipset-name': 'edge' }),
    rules: { ipsets: ['edge', 'core'] },
    routes: [route(HOST)],
    findings: [`AttributeUnsupported ${at('csvserver')}`],
    frontend: { ipset: 'edge', l2conn: 'OFF' },
  },
  {
    rule: 'VAL-13',
    name: 'csvserver attributes that would decrypt or listen elsewhere',
    ingress: annotated({
      csvserver: '{"listenPolicy":"true","authentication":"ON","tcpProfileName":"x","precedence":"URL"}',
    }),
    routes: [route(HOST)],
    findings: [
      `AccessUnrestricted ${at('csvserver')}`,
      ...Array<string>(4).fill(`AttributeUnsupported ${at('csvserver')}`),
    ],
  },
  {
    rule: 'VAL-13',
    name: 'a listen policy of a back end restricts access',
    ingress: annotated({ lbvserver: '{"web":{"listenPolicy":"CLIENT.IP.SRC.IN_SUBNET(10.0.0.0/8)"}}' }),
    routes: [route(HOST)],
    findings: [`AccessUnrestricted ${at('lbvserver')}`, `AttributeUnsupported ${at('lbvserver')}`],
  },
  {
    rule: 'VAL-13',
    name: 'a duplicate Service: the last one counts, with a finding',
    ingress: annotated({ lbvserver: '{"web":{"lbmethod":"ROUNDROBIN"},"web":{"lbmethod":"LRTM"}}' }),
    routes: [route(HOST, `${WEB} {"lbvserver":{"lbmethod":"LRTM"}}`)],
    findings: [`InvalidAnnotation ${at('lbvserver')}`],
  },
  {
    rule: 'VAL-13',
    name: 'csvserver that is not JSON',
    ingress: annotated({ csvserver: '‘{“l2conn”:”on”}’' }),
    routes: [route(HOST)],
    findings: [`InvalidAnnotation ${at('csvserver')}`],
  },
];
