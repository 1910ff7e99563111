import { at, type Case, ingress, route, WEB } from './case.ts';

const HOST = 'shop.example.com';
const vip = (value: unknown) => ingress({ annotations: { 'frontend-ip': value } });
const annotated = (annotations: Record<string, unknown>) => ingress({ annotations });
const on = (frontend: string) => [route(HOST, WEB, frontend)];

const addresses: readonly (readonly [name: string, value: string, frontend: string])[] = [
  ['IPv4', '198.51.100.7', '198.51.100.7:443'],
  ['blanks around it', ' 198.51.100.7 ', '198.51.100.7:443'],
  ['IPv6', '2001:db8::10', '[2001:db8::10]:443'],
  ['IPv6 written out', '2001:0DB8:0000:0000:0000:0000:0000:0010', '[2001:db8::10]:443'],
  ['an address of a carrier’s network', '100.64.0.10', '100.64.0.10:443'],
  ['IPv6 with the longer run not shortened', '2001:db8:0:0:1::1', '[2001:db8::1:0:0:1]:443'],
];

const none: readonly (readonly [name: string, value: string])[] = [
  ['the vendor’s placeholder', 'x.x.x.x'],
  ['a name', 'vip.example.com'],
  ['an octet above 255', '192.0.2.256'],
  ['leading zeros', '192.0.2.010'],
  ['three octets', '192.0.2'],
  ['a prefix length', '192.0.2.0/24'],
  ['a port', '192.0.2.10:443'],
  ['two addresses', '192.0.2.10,192.0.2.11'],
  ['typographic quotes', '“192.0.2.10”'],
  ['IPv6 with a zone', 'fe80::1%eth0'],
  ['IPv6 with two ::', '2001::db8::1'],
  ['IPv6 in brackets', '[2001:db8::1]'],
  ['loopback', '127.0.0.1'],
  ['IPv6 loopback', '::1'],
  ['unspecified', '0.0.0.0'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['link-local', '169.254.169.254'],
  ['an IPv4-mapped address', '::ffff:192.0.2.10'],
  ['an IPv4-compatible address', '::192.0.2.10'],
  ['an IPv4-compatible address in groups', '::c000:20a'],
  ['an IPv4-translated address', '::ffff:0:192.0.2.10'],
  ['a NAT64 address', '64:ff9b::192.0.2.10'],
  ['a NAT64 address of one network', '64:ff9b:1::c000:20a'],
  ['a Teredo address', '2001:0:c000:20a::1'],
  ['a 6to4 address', '2002:c000:20a::1'],
  ['metadata of AWS', 'fd00:ec2::254'],
  ['metadata of Azure', '168.63.129.16'],
  ['metadata of Alibaba', '100.100.100.200'],
  ['metadata of Google', 'fd20:ce::254'],
  ['metadata of Oracle', '192.0.0.192'],
];

const ports: readonly (readonly [value: string, valid: boolean])[] = [
  ['1', true],
  ['8443', true],
  ['65535', true],
  ['0', false],
  ['65536', false],
  ['-1', false],
  ['443.0', false],
  ['https', false],
  ['4e2', false],
  ['0x1bb', false],
  ['“443”', false],
];

const RANGES = { frontendIPs: ['192.0.2.0/24', '2001:db8::/32'] };

/** Front ends: VAL-9, VAL-10, VAL-11. */
export const FRONT_ENDS: readonly Case[] = [
  ...addresses.map(
    ([name, value, frontend]): Case => ({ rule: 'VAL-9', name, ingress: vip(value), routes: on(frontend) }),
  ),
  ...none.map(
    ([name, value]): Case => ({
      rule: 'VAL-9',
      name: `invalid front-end address: ${name}`,
      ingress: vip(value),
      findings: [`FrontendIPInvalid ${at('frontend-ip')}`],
    }),
  ),
  {
    rule: 'VAL-9',
    name: 'the default VIP',
    ingress: vip(undefined),
    rules: { defaultVip: '192.0.2.20' },
    routes: on('192.0.2.20:443'),
  },
  {
    rule: 'VAL-9',
    name: 'an empty annotation is absent',
    ingress: vip(''),
    rules: { defaultVip: '192.0.2.20' },
    routes: on('192.0.2.20:443'),
  },
  {
    rule: 'VAL-9',
    name: 'the annotation wins over the default VIP',
    ingress: vip('192.0.2.10'),
    rules: { defaultVip: '192.0.2.20' },
    routes: on('192.0.2.10:443'),
  },
  {
    rule: 'VAL-9',
    name: 'neither annotation nor default VIP',
    ingress: vip(undefined),
    findings: ['FrontendIPRequired metadata.annotations'],
  },
  {
    rule: 'VAL-9',
    name: 'an invalid default VIP',
    ingress: vip(undefined),
    rules: { defaultVip: 'vip' },
    findings: ['FrontendIPInvalid metadata.annotations'],
  },
  {
    rule: 'VAL-9',
    name: 'within the ranges',
    ingress: vip('192.0.2.255'),
    rules: RANGES,
    routes: on('192.0.2.255:443'),
  },
  {
    rule: 'VAL-9',
    name: 'within the IPv6 ranges',
    ingress: vip('2001:db8:ffff::1'),
    rules: RANGES,
    routes: on('[2001:db8:ffff::1]:443'),
  },
  {
    rule: 'VAL-9',
    name: 'outside the ranges',
    ingress: vip('192.0.3.0'),
    rules: RANGES,
    findings: [`FrontendIPForbidden ${at('frontend-ip')}`],
  },
  {
    rule: 'VAL-9',
    name: 'a default VIP outside the ranges',
    ingress: vip(undefined),
    rules: { ...RANGES, defaultVip: '198.51.100.1' },
    findings: ['FrontendIPForbidden metadata.annotations'],
  },
  {
    rule: 'VAL-9',
    name: 'an empty list of ranges allows nothing',
    ingress: vip('192.0.2.10'),
    rules: { frontendIPs: [] },
    findings: [`FrontendIPForbidden ${at('frontend-ip')}`],
  },
  {
    rule: 'VAL-9',
    name: 'in the ranges of another appliance: not selected, without a finding',
    ingress: annotated({ 'frontend-ip': '198.51.100.1', 'secure-port': 'x' }),
    rules: { ...RANGES, otherFrontendIPs: ['198.51.100.0/24'] },
    elsewhere: true,
  },
  {
    rule: 'VAL-9',
    name: 'in the ranges of both appliances: selected',
    ingress: vip('192.0.2.10'),
    rules: { ...RANGES, otherFrontendIPs: ['192.0.0.0/16'] },
    routes: on('192.0.2.10:443'),
  },
  {
    rule: 'VAL-9',
    name: 'the range of another appliance wins over an appliance without ranges',
    ingress: vip('198.51.100.1'),
    rules: { otherFrontendIPs: ['198.51.100.0/24'] },
    elsewhere: true,
  },
  {
    rule: 'VAL-9',
    name: 'an ipset on the list',
    ingress: annotated({ 'frontend-ipset-name': 'edge' }),
    rules: { ipsets: ['edge'] },
    routes: on('192.0.2.10:443'),
    frontend: { ipset: 'edge' },
  },
  {
    rule: 'VAL-9',
    name: 'an ipset that is not on the list',
    ingress: annotated({ 'frontend-ipset-name': 'core' }),
    rules: { ipsets: ['edge'] },
    findings: [`FrontendIPForbidden ${at('frontend-ipset-name')}`],
  },

  ...ports.map(
    ([value, valid]): Case => ({
      rule: 'VAL-10',
      name: `secure-port ${value}`,
      ingress: annotated({ 'secure-port': value }),
      ...(valid ? { routes: on(`192.0.2.10:${value}`) } : { findings: [`PortInvalid ${at('secure-port')}`] }),
    }),
  ),
  {
    rule: 'VAL-10',
    name: 'an invalid insecure-port, although nothing listens there',
    ingress: annotated({ 'insecure-port': '0' }),
    routes: on('192.0.2.10:443'),
    findings: [`PortInvalid ${at('insecure-port')}`],
  },
  {
    rule: 'VAL-10, VAL-11',
    name: 'an invalid insecure-port stops only the redirect',
    ingress: annotated({ 'insecure-port': 'http', 'insecure-termination': 'redirect' }),
    routes: on('192.0.2.10:443'),
    findings: [`PortInvalid ${at('insecure-port')}`],
  },
  {
    rule: 'VAL-10, VAL-11',
    name: 'a redirect on the secure port',
    ingress: annotated({ 'insecure-port': '443', 'insecure-termination': 'redirect' }),
    routes: on('192.0.2.10:443'),
    findings: [`PortInvalid ${at('insecure-port')}`],
  },
  {
    rule: 'VAL-10, VAL-11',
    name: 'a secure port equal to the redirect port',
    ingress: annotated({ 'secure-port': '80', 'insecure-termination': 'redirect' }),
    routes: on('192.0.2.10:80'),
    findings: [`PortInvalid ${at('insecure-termination')}`],
  },

  { rule: 'VAL-11', name: 'nothing listens by default', ingress: ingress(), routes: on('192.0.2.10:443') },
  {
    rule: 'VAL-11',
    name: 'disallow',
    ingress: annotated({ 'insecure-termination': 'Disallow' }),
    routes: on('192.0.2.10:443'),
  },
  {
    rule: 'VAL-11',
    name: 'redirect',
    ingress: annotated({ 'insecure-termination': 'redirect' }),
    routes: [...on('192.0.2.10:443'), `${HOST} 192.0.2.10:80 > https`],
  },
  {
    rule: 'VAL-11',
    name: 'redirect in upper case, on other ports',
    ingress: annotated({ 'insecure-termination': 'REDIRECT', 'insecure-port': '8080', 'secure-port': '8443' }),
    routes: [`${HOST} 192.0.2.10:8080 > https:8443`, ...on('192.0.2.10:8443')],
  },
  {
    rule: 'VAL-11',
    name: 'redirect of a wildcard over IPv6',
    ingress: ingress({
      hosts: ['*.example.com'],
      annotations: { 'frontend-ip': '2001:db8::1', 'insecure-termination': 'redirect' },
    }),
    routes: [route('*.example.com', WEB, '[2001:db8::1]:443'), '*.example.com [2001:db8::1]:80 > https'],
  },
  {
    rule: 'VAL-11',
    name: 'allow',
    ingress: annotated({ 'insecure-termination': 'allow' }),
    routes: on('192.0.2.10:443'),
    findings: [`InsecureAllowUnsupported ${at('insecure-termination')}`],
  },
  {
    rule: 'VAL-11',
    name: 'any other value',
    ingress: annotated({ 'insecure-termination': 'rediect' }),
    routes: on('192.0.2.10:443'),
    findings: [`InvalidAnnotation ${at('insecure-termination')}`],
  },
  {
    rule: 'VAL-9, VAL-10, VAL-4',
    name: 'all problems are reported at once',
    ingress: ingress({ hosts: ['a_b'], annotations: { 'frontend-ip': 'x', 'secure-port': 'y' } }),
    findings: [
      `FrontendIPInvalid ${at('frontend-ip')}`,
      'HostInvalid spec.rules[0].host',
      `PortInvalid ${at('secure-port')}`,
    ],
  },
];
