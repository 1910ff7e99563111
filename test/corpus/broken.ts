import { at, type Case, CLOSED, ingress, route } from './case.ts';

const HOST = 'shop.example.com';
/** Valid JSON that no recursive function survives. */
const DEEP = '['.repeat(30_000) + ']'.repeat(30_000);
const path = 'spec.rules[0].http.paths[0].backend';

/** Manifests that the API server would refuse, but a folder may hold: one finding, never an exception. */
export const BROKEN: readonly Case[] = [
  ...[7, 'Ingress', [], {}, { metadata: null, spec: null }, { metadata: 'x', spec: 'y' }].map(
    (value): Case => ({
      rule: 'SEL-1',
      name: `no Ingress: ${JSON.stringify(value)}`,
      ingress: value,
      selected: false,
    }),
  ),
  {
    rule: 'VAL-1',
    name: 'rules that are no list',
    ingress: ingress({ rules: { host: HOST } }),
    findings: ['HostRequired spec.rules'],
  },
  {
    rule: 'VAL-1',
    name: 'rules of other things',
    ingress: ingress({ rules: [null, 'x', [], 7] }),
    findings: [0, 1, 2, 3].map((index) => `HostRequired spec.rules[${index}]`),
  },
  {
    rule: 'VAL-7',
    name: 'paths that are no list',
    ingress: ingress({ rules: [{ host: HOST, http: { paths: { path: '/' } } }] }),
    routes: [route(HOST, CLOSED)],
    findings: ['BackendRequired spec.rules[0].http'],
  },
  ...[null, 'web', [], { service: 'web' }, { service: { name: 7 } }, { service: { name: '' } }, { resource: {} }].map(
    (backend): Case => ({
      rule: 'VAL-7',
      name: `a back end that is none: ${JSON.stringify(backend)}`,
      ingress: ingress({ rules: [{ host: HOST, http: { paths: [{ path: '/', backend }] } }] }),
      routes: [route(HOST, CLOSED)],
      findings: [`BackendRequired ${path}`],
    }),
  ),
  ...[443, '443', null, { number: '443' }, { number: 1.5 }, { number: Number.NaN }, { name: 7 }].map(
    (port): Case => ({
      rule: 'VAL-7',
      name: `a port that is none: ${JSON.stringify(port)}`,
      ingress: ingress({
        rules: [{ host: HOST, http: { paths: [{ path: '/', backend: { service: { name: 'web', port } } }] } }],
      }),
      routes: [route(HOST, CLOSED)],
      findings: [`ServicePortNotFound ${path}.service.port`],
    }),
  ),
  ...['lbvserver', 'servicegroup', 'monitor'].map(
    (name): Case => ({
      rule: 'VAL-13',
      name: `JSON nested deeper than the stack, as the attributes of a Service: ${name}`,
      ingress: ingress({ annotations: { [name]: `{"web":${DEEP}}` } }),
      routes: [route(HOST)],
      findings: [`InvalidAnnotation ${at(name)}`],
    }),
  ),
  ...[
    ['lbvserver', `{"web":{"lbmethod":${DEEP}}}`],
    ['csvserver', `{"l2conn":${DEEP}}`],
    ['monitor', `{"web":{"respcode":[${DEEP}]}}`],
  ].map(
    ([name = '', value]): Case => ({
      rule: 'VAL-13',
      name: `JSON nested deeper than the stack, as a value: ${name}`,
      ingress: ingress({ annotations: { [name]: value } }),
      rules: { allowedAttributes: { monitor: ['respcode'] } },
      routes: [route(HOST)],
      findings: [`InvalidAnnotation ${at(name)}`],
    }),
  ),
  {
    rule: 'VAL-12',
    name: 'JSON nested deeper than the stack: secure-backend',
    ingress: ingress({ annotations: { 'secure-backend': `{"web":${DEEP}}` } }),
    routes: [route(HOST)],
    findings: [`InvalidAnnotation ${at('secure-backend')}`],
  },
  {
    rule: 'VAL-7',
    name: 'a Service whose name would shift the fields of a row',
    ingress: ingress({
      rules: [
        { host: HOST, http: { paths: [{ path: '/', backend: { service: { name: 'a;b', port: { number: 443 } } } }] } },
      ],
    }),
    routes: [route(HOST, 'closed:0')],
    findings: [`ServiceNotFound ${path}.service.name`],
  },
  {
    rule: 'VAL-7',
    name: 'a port whose name would shift the fields of a row',
    ingress: ingress({
      rules: [
        { host: HOST, http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { name: 'a;b' } } } }] } },
      ],
    }),
    routes: [route(HOST, 'closed:0')],
    findings: [`ServicePortNotFound ${path}.service.port`],
  },
  {
    rule: 'VAL-7',
    name: 'names longer than any',
    ingress: ingress({
      rules: [
        {
          host: HOST,
          http: {
            paths: [{ path: '/', backend: { service: { name: 's'.repeat(300), port: { name: 'p'.repeat(80) } } } }],
          },
        },
      ],
    }),
    routes: [route(HOST, 'closed:0')],
    findings: [`ServiceNotFound ${path}.service.name`],
  },
  {
    rule: 'VAL-7',
    name: 'a path and its type that are no text',
    ingress: ingress({
      rules: [
        {
          host: HOST,
          http: { paths: [{ path: 7, pathType: 7, backend: { service: { name: 'web', port: { number: 443 } } } }] },
        },
      ],
    }),
    routes: [route(HOST)],
  },
];
