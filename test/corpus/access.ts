import { type Case, ingress, route, WEB } from './case.ts';

const HOST = 'shop.example.com';
const ALLOW = 'netscaler-passthrough/allow-sources';
const DENY = 'netscaler-passthrough/deny-sources';
const at = (key: string): string => `metadata.annotations["${key}"]`;
const listed = (annotations: Record<string, unknown>) => ingress({ annotations });
/** The host stays, without members: its connections are reset. */
const CLOSED = [route(HOST, 'web:443')];

/** Source networks that may connect: VAL-17. */
export const ACCESS: readonly Case[] = [
  {
    rule: 'VAL-17',
    name: 'networks that may connect, and others that may not',
    ingress: listed({ [ALLOW]: '10.0.0.0/8, 192.0.2.7', [DENY]: '10.0.0.1' }),
    routes: [route(HOST, `${WEB} {"access":{"allow":["10.0.0.0/8","192.0.2.7"],"deny":["10.0.0.1"]}}`)],
  },
  {
    rule: 'VAL-17',
    name: 'an invalid network of those that may connect is left out',
    ingress: listed({ [ALLOW]: '10.0.0.0/8, 192.0.2.7/24' }),
    routes: [route(HOST, `${WEB} {"access":{"allow":["10.0.0.0/8"]}}`)],
    findings: [`AccessNetworkInvalid ${at(ALLOW)}`],
  },
  {
    rule: 'VAL-17',
    name: 'an invalid network of those that may not closes the host',
    ingress: listed({ [DENY]: '10.0.0.0/8, 192.0.2.7/24' }),
    routes: CLOSED,
    findings: [`AccessClosed ${at(DENY)}`],
  },
  {
    rule: 'VAL-17',
    name: 'an empty list closes the host',
    ingress: listed({ [ALLOW]: '' }),
    routes: CLOSED,
    findings: [`AccessClosed ${at(ALLOW)}`],
  },
  {
    rule: 'VAL-17',
    name: 'a misspelt name closes the host',
    ingress: listed({ 'netscaler-passthrough/allowed-sources': '10.0.0.0/8' }),
    routes: CLOSED,
    findings: [`AccessClosed ${at('netscaler-passthrough/allowed-sources')}`],
  },
  {
    rule: 'VAL-17',
    name: 'the vendor’s prefix has no such annotation',
    ingress: listed({ 'allow-sources': '10.0.0.0/8' }),
    routes: [route(HOST)],
    findings: [
      'AccessUnrestricted metadata.annotations["ingress.citrix.com/allow-sources"]',
      'AnnotationIgnored metadata.annotations["ingress.citrix.com/allow-sources"]',
    ],
  },
];
