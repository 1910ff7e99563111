import { at, type Case, ingress, path, route, rule, WEB } from './case.ts';

const HOST = 'shop.example.com';
const PROXY = 'netscaler-passthrough/proxy-protocol';
const listed = (annotations: Record<string, unknown>) => ingress({ annotations });
const CLOSED_BY = `ProxyProtocolClosed metadata.annotations["${PROXY}"]`;
/** The host stays, without members: its connections are reset. */
const reset = (settings = '') => [route(HOST, `web:443${settings}`)];

/** The PROXY protocol to members: VAL-18. */
export const PROXY_PROTOCOL: readonly Case[] = [
  ...(['v1', 'v2', ' V2 '] as const).map(
    (value): Case => ({
      rule: 'VAL-18',
      name: `members get the header: ${JSON.stringify(value)}`,
      ingress: listed({ [PROXY]: value }),
      routes: [route(HOST, `${WEB} {"proxyProtocol":"${value.trim().toLowerCase()}"}`)],
    }),
  ),
  ...['v3', '2', 'true', ''].map(
    (value): Case => ({
      rule: 'VAL-18',
      name: `another value closes the host: ${JSON.stringify(value)}`,
      ingress: listed({ [PROXY]: value }),
      routes: reset(),
      findings: [CLOSED_BY],
    }),
  ),
  {
    rule: 'VAL-13, VAL-18',
    name: 'a net profile of the vendor’s annotation beside it closes the host',
    ingress: listed({ [PROXY]: 'v2', netprofile: 'edge' }),
    routes: reset(' {"servicegroup":{"netprofile":"edge"}}'),
    findings: [CLOSED_BY],
  },
  {
    rule: 'VAL-13, VAL-18',
    name: 'a net profile of one Service closes its hosts alone',
    ingress: ingress({
      annotations: { [PROXY]: 'v1', servicegroup: '{"web":{"netprofile":"edge"}}' },
      rules: [rule(HOST, path('/', 'web')), rule('api.example.com', path('/', 'api', 8443))],
    }),
    routes: [
      route('api.example.com', 'api:8443 10.1.1.1:9444 {"proxyProtocol":"v1"}'),
      ...reset(' {"servicegroup":{"netprofile":"edge"}}'),
    ],
    findings: [CLOSED_BY],
  },
  {
    rule: 'VAL-13, VAL-18',
    name: 'an invalid net profile is left out, and the header stays',
    ingress: listed({ [PROXY]: 'v1', netprofile: '-edge' }),
    routes: [route(HOST, `${WEB} {"proxyProtocol":"v1"}`)],
    findings: [`InvalidAnnotation ${at('netprofile')}`],
  },
  ...(
    [
      ['HTTP over TLS', { secure: 'YES', type: 'HTTP' }, true],
      ['HTTP-ECV over TLS', { secure: 'YES', type: 'HTTP-ECV' }, true],
      ['TCP with a handshake', { secure: 'YES', type: 'TCP' }, true],
      ['TCP-ECV over TLS that waits for an answer', { recv: 'ok', secure: 'YES', type: 'TCP-ECV' }, true],
      ['the default TCP probe', { interval: 10, type: 'TCP' }, false],
      ['TCP-ECV that waits for no answer', { send: 'a', type: 'TCP-ECV' }, false],
      ['PING', { type: 'PING' }, false],
      ['a port of its own', { destport: 8080, secure: 'YES', type: 'HTTP' }, false],
      ['a reversed probe', { reverse: 'YES', secure: 'YES', type: 'HTTP' }, false],
    ] as const
  ).map(
    ([name, monitor, told]): Case => ({
      rule: 'VAL-13, VAL-18',
      name: `a monitor beside it: ${name} → ${told ? 'reported' : 'nothing'}`,
      ingress: listed({ [PROXY]: 'v2', monitor: JSON.stringify({ web: monitor }) }),
      routes: [route(HOST, `${WEB} {"monitor":${JSON.stringify(monitor)},"proxyProtocol":"v2"}`)],
      ...(told ? { findings: [`MonitorWithoutHeader ${at('monitor')}`] } : {}),
    }),
  ),
  {
    rule: 'VAL-13, VAL-18',
    name: 'a probe in plain text beside it → reported once, as such',
    ingress: listed({ [PROXY]: 'v2', monitor: '{"web":{"type":"HTTP"}}' }),
    routes: [route(HOST, `${WEB} {"monitor":{"type":"HTTP"},"proxyProtocol":"v2"}`)],
    findings: [`MonitorPlain ${at('monitor')}`],
  },
  {
    rule: 'VAL-13, VAL-18',
    name: 'a group whose members are not probed → nothing',
    ingress: listed({
      [PROXY]: 'v2',
      monitor: '{"web":{"type":"HTTP","secure":"YES"}}',
      servicegroup: '{"web":{"healthmonitor":"NO"}}',
    }),
    routes: [
      route(
        HOST,
        `${WEB} {"monitor":{"secure":"YES","type":"HTTP"},"proxyProtocol":"v2","servicegroup":{"healthmonitor":"NO"}}`,
      ),
    ],
  },
  {
    rule: 'VAL-17, VAL-18',
    name: 'beside source networks',
    ingress: listed({ [PROXY]: 'v2', 'netscaler-passthrough/allow-sources': '10.0.0.0/8' }),
    routes: [route(HOST, `${WEB} {"access":{"allow":["10.0.0.0/8"]},"proxyProtocol":"v2"}`)],
  },
  {
    rule: 'VAL-18',
    name: 'a misspelt name has no effect: lint reports it',
    ingress: listed({ 'netscaler-passthrough/proxy-protocl': 'v2' }),
    routes: [route(HOST)],
  },
];
