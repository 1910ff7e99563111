import { ingress, path, rule } from '../corpus/case.ts';

/** Names what a string tries → the string. */
export const HOSTILE_STRINGS: Readonly<Record<string, string>> = {
  'quotes of an expression': 'a".EQ("a") || TRUE || "',
  'metacharacters of a PCRE': '(.*)|^nsp1;s=nsp$[a-z]+\\Q#/-',
  'a break of JSON': '"},{"op":"add","x":[{"',
  'a path that climbs': '../../config/nsconfig?action=clear',
  'a path that climbs, encoded': '..%2f..%252fconfig%2fnsconfig%3faction%3dclear',
  'lines of the command language': 'x\nadd ns ip 192.0.2.66 255.255.255.255\r\nrm lb vserver theirs',
  'a separator of rows and marks': 'x;c=other;o=aaaaaaaaaaaaaaaaaaaaaaaaaa;n=a/b',
  'an escape sequence of a terminal': '\u001b[2J\u001b]0;owned\u0007\u001b[31mred',
  'an escape sequence of one byte': '\u009b2J\u009d0;owned\u009c',
  'a cell of Markdown or CSV': 'a|b,=HYPERLINK("https://evil.example")',
  'a link of Markdown': '[x](javascript:alert(1)) <img src=x onerror=alert(1)> `code`',
  'a zero byte': 'a\u0000b',
  'a reversed direction': 'a\u202egnp.exe\u2066x\u2069\u200b',
  'a break of lines in Unicode': 'a\u2028b\u2029c\u0085d',
  'half of a pair of surrogates': 'a\ud800b',
  'a very long text': 'a'.repeat(20_000),
  'a key of every object': '__proto__',
};

const spec = (field: string, text: string) => ingress({ spec: { [field]: text } });
const annotation = (name: string) => (text: string) => ingress({ annotations: { [name]: text } });

/** Names a place where a tenant writes a string → the manifest with that string there. */
const HOSTILE_PLACES: Readonly<Record<string, (text: string) => object>> = {
  'spec.rules[].host': (text) => ingress({ hosts: [text] }),
  'spec.rules[].host, as a label': (text) => ingress({ hosts: [`${text}.example.com`, 'shop.example.com'] }),
  'spec.tls[].hosts[]': (text) => ingress({ tls: [{ hosts: [text] }] }),
  'spec.rules[].http.paths[].path': (text) => ingress({ rules: [rule('a.example', path(text, 'web'))] }),
  'pathType of a path': (text) => ingress({ rules: [rule('a.example', { ...path('/', 'web'), pathType: text })] }),
  'name of a Service': (text) => ingress({ rules: [rule('a.example', path('/', text))] }),
  'name of a port': (text) => ingress({ rules: [rule('a.example', path('/', 'web', text))] }),
  'kind and name of a resource': (text) =>
    ingress({ rules: [rule('a.example', { path: '/', backend: { resource: { kind: text, name: text } } })] }),
  'spec.ingressClassName': (text) => ingress({ className: text }),
  'spec.defaultBackend': (text) =>
    ingress({ spec: { defaultBackend: { service: { name: text, port: { number: 1 } } } } }),
  'an unknown field of spec': (text) => spec('other', text),
  'metadata.name': (text) => ingress({ metadata: { name: text } }),
  'metadata.namespace': (text) => ingress({ metadata: { namespace: text } }),
  'metadata.uid': (text) => ingress({ metadata: { uid: text } }),
  'metadata.creationTimestamp': (text) => ingress({ metadata: { creationTimestamp: text } }),
  'a label': (text) => ingress({ metadata: { labels: { [text]: text } } }),
  'the key of an annotation': (text) => ingress({ annotations: { [`ingress.citrix.com/${text}`]: 'x' } }),
  'kubernetes.io/ingress.class': (text) =>
    ingress({ className: undefined, annotations: { 'kubernetes.io/ingress.class': text } }),
  'the annotation nspass ignores': annotation('lint.nspass.io/ignore'),
  ...Object.fromEntries(
    [
      'frontend-ip',
      'secure-port',
      'insecure-port',
      'insecure-termination',
      'ssl-passthrough',
      'secure-backend',
      'ipset-name',
      'frontend-ipset-name',
      'lbvserver',
      'servicegroup',
      'monitor',
      'csvserver',
      'frontend-tcpprofile',
    ].map((name) => [`the annotation ${name}`, annotation(name)] as const),
  ),
  'an attribute of the annotation lbvserver': (text) =>
    annotation('lbvserver')(JSON.stringify({ web: { lbmethod: text, [text]: text } })),
  'a Service in the annotation lbvserver': (text) =>
    annotation('lbvserver')(JSON.stringify({ [text]: { lbmethod: 'LRTM' } })),
  'an attribute of the annotation monitor': (text) =>
    annotation('monitor')(JSON.stringify({ web: { type: text, send: text, recv: text, [text]: text } })),
  'an attribute of the annotation csvserver': (text) =>
    annotation('csvserver')(JSON.stringify({ clttimeout: text, [text]: text })),
};

const meta = (name: string, more: object = {}) => ({ name, namespace: 'default', ...more });

/** Names a place in a Service or EndpointSlice → the objects behind the Ingress of `ingress()`, with the string there. */
const HOSTILE_BACKENDS: Readonly<Record<string, (text: string) => readonly object[]>> = {
  'name of a port of a Service': (text) => backend({ ports: [{ port: 443, name: text, targetPort: text }] }),
  'type of a Service': (text) => backend({ ports: [{ port: 443 }], type: text, externalName: text }),
  'protocol of a port of a Service': (text) => backend({ ports: [{ port: 443, protocol: text }] }),
  'an address of an EndpointSlice': (text) => backend({}, { endpoints: [{ addresses: [text, '10.1.0.1'] }] }),
  'the family of an EndpointSlice': (text) => backend({}, { addressType: text }),
  'name of a port of an EndpointSlice': (text) => backend({}, { ports: [{ port: 8443, name: text }] }),
  'the node of an endpoint': (text) => backend({}, { endpoints: [{ addresses: ['10.1.0.1'], nodeName: text }] }),
};

function backend(service: object, slice: object = {}): object[] {
  const labels = { 'kubernetes.io/service-name': 'web' };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: meta('web'), spec: { ports: [{ port: 443 }], ...service } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta('web-1', { labels }),
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.0.1'] }],
      ports: [{ port: 8443 }],
      ...slice,
    },
  ];
}

/** The Service and EndpointSlice behind the Ingresses of {@link HOSTILE_MANIFESTS}. */
export const PLAIN_BACKEND: readonly object[] = backend({});

/** Every hostile string in every place of a Service or EndpointSlice: `[what, where, objects]`. */
export const HOSTILE_OBJECTS: readonly (readonly [what: string, where: string, objects: readonly object[]])[] =
  Object.entries(HOSTILE_BACKENDS).flatMap(([where, place]) =>
    Object.entries(HOSTILE_STRINGS).map(([what, text]) => [what, where, place(text)] as const),
  );

/** Every hostile string in every place: `[what, where, manifest]`. */
export const HOSTILE_MANIFESTS: readonly (readonly [what: string, where: string, manifest: object])[] = Object.entries(
  HOSTILE_PLACES,
).flatMap(([where, place]) =>
  Object.entries(HOSTILE_STRINGS).map(([what, text]) => [what, where, place(text)] as const),
);

/** Matches what a terminal, a log viewer or a reader's eye would obey: controls, directions, breaks of lines. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** Returns the strings within a value, keys included, that hold a control character or half a surrogate pair. */
export function activeTexts(value: unknown): string[] {
  if (typeof value === 'string') return ACTIVE.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(activeTexts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => [...activeTexts(key), ...activeTexts(field)]);
}
