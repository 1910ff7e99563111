import { describe, expect, it } from 'vitest';
import type { Case } from '../../corpus/case.ts';
import { ingress, path, rule } from '../../corpus/case.ts';
import { run } from '../../corpus/run.ts';

/** Returns the message and remedy of the only finding. */
function messageOf(entry: Partial<Case>): string[] {
  const { selection, meaning } = run({ rule: '', name: '', ingress: ingress(), ...entry });
  const findings = [...selection.findings, ...(meaning?.findings ?? [])];
  expect(findings).toHaveLength(1);
  return findings.map(({ message, remedy }) => `${message} → ${remedy}`);
}

const annotated = (name: string, value: string) => ({ ingress: ingress({ annotations: { [name]: value } }) });
const on = (...paths: unknown[]) => ({ ingress: ingress({ rules: [rule('a.example', ...paths)] }) });

const rows: readonly (readonly [rule: string, entry: Partial<Case>, text: string])[] = [
  [
    'SEL-1',
    annotated('ssl-passthrough', ' “True”'),
    'ingress.citrix.com/ssl-passthrough is " “True”", which is neither true nor false: passthrough is off → Write ingress.citrix.com/ssl-passthrough: "True"',
  ],
  [
    'SEL-1',
    annotated('ssl-passthrough', 'yes'),
    'ingress.citrix.com/ssl-passthrough is "yes", which is neither true nor false: passthrough is off → Write "true" to pass TLS through, or remove the annotation.',
  ],
  [
    'VAL-3',
    { ingress: ingress({ tls: [] }) },
    'no entry of spec.tls covers "shop.example.com" → Add to spec.tls: - hosts: ["shop.example.com"]',
  ],
  [
    'VAL-4',
    { ingress: ingress({ hosts: ['bücher.example'] }) },
    'the host "bücher.example" has non-ASCII characters: clients send the A-label form → Write host: "xn--bcher-kva.example"',
  ],
  [
    'VAL-5',
    on(path('/b', 'api'), path('/', 'web'), path('/a', 'api')),
    'a.example: the paths "/a", "/b" have no effect: every request reaches web:443 → Use only path /.',
  ],
  [
    'VAL-5',
    on(path('/b', 'web'), path('/a', 'api')),
    'a.example: the paths name 2 back ends, none at path /: "api:443", "web:443" → Give path / exactly one back end, or send all paths of the host to the same Service and port.',
  ],
  [
    'VAL-7',
    on(path('/', 'api', 'tls')),
    'Service "api" has no TCP port "tls" → Name a port of the Service, by number or by name.',
  ],
  [
    'VAL-9',
    annotated('frontend-ip', '127.0.0.1'),
    'ingress.citrix.com/frontend-ip is "127.0.0.1", but a front end cannot have a loopback address → Write one address, such as 192.0.2.10 or 2001:db8::10.',
  ],
  [
    'VAL-9',
    { rules: { frontendIPs: ['10.0.0.0/8', '2001:db8::/32'] } },
    '192.0.2.10 is outside the front-end ranges of this appliance: 10.0.0.0/8, 2001:db8::/32 → Use an address in the allowed ranges and a listed ipset, or ask the operator to extend them.',
  ],
  [
    'VAL-10',
    annotated('secure-port', '“8443”'),
    'ingress.citrix.com/secure-port is "“8443”", which is not a port from 1 to 65535 → Write ingress.citrix.com/secure-port: "8443"',
  ],
  [
    'VAL-11',
    annotated('insecure-termination', '‘Redirect’'),
    'ingress.citrix.com/insecure-termination is "‘Redirect’", which is neither redirect nor disallow: it is treated as disallow → Write ingress.citrix.com/insecure-termination: "Redirect"',
  ],
  [
    'VAL-12',
    annotated('secure-backend', '‘{“web”:”True”}’'),
    'ingress.citrix.com/secure-backend is "‘{“web”:”True”}’", which is neither true, false nor JSON by Service: it is not a JSON object: its quotes are not straight → Write ingress.citrix.com/secure-backend: \'{"web":"True"}\'',
  ],
  [
    'VAL-13',
    annotated('lbvserver', '{"web":{"lbmetod":"LRTM"}}'),
    'ingress.citrix.com/lbvserver: attribute "lbmetod" of Service "web" is not applied: it is not an attribute of lbvserver → Did you mean lbmethod?',
  ],
  [
    'VAL-13',
    annotated('servicegroup', '{"web":{"maxclient":"many"}}'),
    'ingress.citrix.com/servicegroup: maxclient of Service "web" is "many", which is not a number from 0 to 4294967294 → Correct the value.',
  ],
  [
    'VAL-13',
    annotated('monitor', '{"wbe":{"type":"TCP"}}'),
    'ingress.citrix.com/monitor: "wbe" is not a Service of this Ingress → Did you mean web?',
  ],
  [
    'VAL-13',
    annotated('monitor', '{"web":{"interval":1}}'),
    'ingress.citrix.com/monitor: monitor of Service "web": the response time-out (2000 ms) must be shorter than the interval (1000 ms): both are ignored → Correct the value.',
  ],
  [
    'VAL-15',
    { rules: { memberNetworks: ['10.1.0.1/32'] } },
    'web:443: members left out, because their addresses are not allowed: "10.1.0.2" → Correct the endpoint, or ask the operator to extend memberNetworks.',
  ],
  [
    'VAL-16',
    { rules: { hostOwnership: [{ suffix: 'example.com', namespaces: ['other'] }] } },
    'namespace "default" may not use "shop.example.com": the domain "example.com" belongs to other namespaces → Use a host of this namespace’s domains, or ask the operator to add the namespace.',
  ],
];

describe('a message names the value and the problem, and a remedy says what to write', () => {
  it.each(rows)('%s', (_, entry, text) => {
    expect(messageOf(entry)).toEqual([text]);
  });
});
