import { type Case, ingress, route } from './case.ts';
import { CLASSES, service, slice } from './cluster.ts';

const OWNERSHIP = [
  { suffix: 'shop.example', namespaces: ['default', 'shop'] },
  { suffix: '.bank.example', namespaces: ['bank'] },
  { suffix: '*.Team.Bank.Example.', namespaces: ['default'] },
  { suffix: 'two.example', namespaces: ['bank'] },
  { suffix: 'two.example', namespaces: ['default'] },
];

const rows: readonly (readonly [name: string, host: string, allowed: boolean])[] = [
  ['under a domain of its namespace', 'a.shop.example', true],
  ['the domain itself', 'shop.example', true],
  ['a wildcard under a domain of its namespace', '*.shop.example', true],
  ['several labels deep', 'a.b.c.shop.example', true],
  ['under no domain', 'free.example', true],
  ['a domain that only ends with the text of another', 'xbank.example', true],
  ['under another namespace’s domain', 'a.bank.example', false],
  ['another namespace’s domain itself', 'bank.example', false],
  ['a wildcard under another namespace’s domain', '*.bank.example', false],
  ['a wildcard that matches another namespace’s domain', '*.example', false],
  ['under a longer domain of its own', 'a.team.bank.example', true],
  ['the longer domain itself', 'team.bank.example', true],
  ['a domain that is configured twice', 'a.two.example', true],
];

const networks: readonly (readonly [name: string, networks: string[] | undefined, members: string])[] = [
  ['all networks', undefined, '10.1.0.1:8443,10.1.0.2:8443'],
  ['a network that holds both', ['10.1.0.0/24'], '10.1.0.1:8443,10.1.0.2:8443'],
  ['a network that holds one', ['10.1.0.2/32'], '10.1.0.2:8443'],
  ['an address alone', ['10.1.0.1'], '10.1.0.1:8443'],
  ['several networks', ['2001:db8::/32', '10.1.0.1/32', '10.1.0.2/31'], '10.1.0.1:8443,10.1.0.2:8443'],
  ['another network', ['10.2.0.0/16'], ''],
  ['a range that cannot be read holds nothing', ['10.1.0.0/33', '10.0.0.0/8/8', 'x', '10.1.0.0/-1'], ''],
];

/** Addresses that an EndpointSlice without a selector, or a careless one, may name. Source: `lib/ingress/cidr.ts`. */
const anywhere: readonly (readonly [name: string, address: string, allowed: boolean])[] = [
  ['a public address', '203.0.113.9', true],
  ['a pod of EKS in 100.64.0.0/10', '100.64.7.9', true],
  ['the front end of the Ingress', '192.0.2.10', false],
  ['the default VIP', '192.0.2.99', false],
  ['metadata of AWS', '169.254.169.254', false],
  ['metadata of AWS over IPv6', 'fd00:ec2::254', false],
  ['metadata of Azure', '168.63.129.16', false],
  ['metadata of Alibaba', '100.100.100.200', false],
  ['metadata of Google over IPv6', 'fd20:ce::254', false],
  ['an IPv4 address in NAT64', '64:ff9b::a9fe:a9fe', false],
  ['an IPv4 address in 6to4', '2002:a9fe:a9fe::1', false],
  ['an IPv4-mapped address', '::ffff:a9fe:a9fe', false],
  ['loopback', '127.0.0.1', false],
];

/** Hosts and members that the operator forbids: VAL-15, VAL-16. */
export const OPERATOR: readonly Case[] = [
  ...rows.map(
    ([name, host, allowed]): Case => ({
      rule: 'VAL-16',
      name,
      ingress: ingress({ hosts: [host] }),
      rules: { hostOwnership: OWNERSHIP },
      ...(allowed ? { routes: [route(host)] } : { findings: ['HostForbidden spec.rules[0].host'] }),
    }),
  ),
  {
    rule: 'VAL-16',
    name: 'a forbidden host does not stop the others',
    ingress: ingress({ hosts: ['a.bank.example', 'a.shop.example'] }),
    rules: { hostOwnership: OWNERSHIP },
    routes: [route('a.shop.example')],
    findings: ['HostForbidden spec.rules[0].host'],
  },
  ...anywhere.map(([name, address, allowed]): Case => {
    const backend = 'spec.rules[0].http.paths[0].backend';
    return {
      rule: 'VAL-15',
      name: `a Service without selector that leads to ${name}`,
      ingress: ingress(),
      rules: { defaultVip: '192.0.2.99' },
      cluster: [
        ...CLASSES,
        service('web'),
        slice('web', 'web-1', { endpoints: [{ addresses: [address] }], ports: [{ port: 8443 }] }),
      ],
      routes: [route('shop.example.com', allowed ? `web:443 ${address}:8443` : 'web:443')],
      findings: allowed ? [] : [`MemberForbidden ${backend}`, `NoEndpoints ${backend}.service.name`],
    };
  }),
  ...networks.map(([name, memberNetworks, members]): Case => {
    const backend = 'spec.rules[0].http.paths[0].backend';
    const left = members.split(',').length === 2 ? [] : [`MemberForbidden ${backend}`];
    return {
      rule: 'VAL-15',
      name,
      ingress: ingress(),
      rules: memberNetworks === undefined ? {} : { memberNetworks },
      routes: [route('shop.example.com', `web:443 ${members}`.trim())],
      findings: [...left, ...(members === '' ? [`NoEndpoints ${backend}.service.name`] : [])],
    };
  }),
];
