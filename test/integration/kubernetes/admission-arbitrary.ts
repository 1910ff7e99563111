import fc from 'fast-check';
import { ingress } from '../../corpus/case.ts';

const BLANK = fc.constantFrom('', ' ', '\n', '\u00a0', '\ufeff', '\u0085', '\u200b', '\t ');
const padded = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(BLANK, text, BLANK).map((parts) => parts.join(''));

const octet = fc.oneof(
  fc.constantFrom('0', '1', '127', '169', '254', '224', '255', '256', '010', ''),
  fc.nat(300).map(String),
);
const hextet = fc.oneof(
  fc.constantFrom('', '0', 'fe80', 'ff02', 'FFFF', '1', '12345', 'g'),
  fc.nat(65_535).map((n) => n.toString(16)),
);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.')),
  fc.array(hextet, { minLength: 2, maxLength: 9 }).map((hextets) => hextets.join(':')),
  fc.tuple(fc.array(hextet, { maxLength: 6 }), fc.ipV4()).map(([hextets, last]) => [...hextets, last].join(':')),
  fc.constantFrom(
    '::',
    '::1',
    '::ffff:192.0.2.1',
    '192.0.2.1/32',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '::1.2.3.4',
    'none',
  ),
);
const port = fc.oneof(
  fc.nat(70_000).map(String),
  fc.constantFrom('0', '00443', '000443', '443.0', '+443', '-1', '0x50', '1e3', '４４３', '443 443', '80', '443', ''),
);
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const value = (valid: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> =>
  fc.option(fc.oneof({ weight: 4, arbitrary: padded(valid) }, { weight: 1, arbitrary: text }), { nil: undefined });

/** A current name, a deprecated one, or both: what counts follows from which of them is empty. */
function named(
  name: string,
  values: fc.Arbitrary<string | undefined>,
): fc.Arbitrary<Record<string, string | undefined>> {
  return fc
    .tuple(values, fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values }))
    .map(([current, deprecated]) => ({ [name]: current, [name.replace('-', '_')]: deprecated }));
}

const annotations = fc
  .tuple(
    named(
      'ssl-passthrough',
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom('true', 'True', 'TRUE') }, value(fc.constant('false'))),
    ),
    named('frontend-ip', value(address)),
    named('secure-port', value(port)),
    named('insecure-port', value(port)),
    named(
      'insecure-termination',
      fc.option(fc.constantFrom('redirect', 'Redirect', 'allow', 'disallow', 'REDIRECT '), { nil: undefined }),
    ),
  )
  .map((all) => Object.assign({}, ...all) as Record<string, string | undefined>);

const HOSTS = [
  'a.test',
  'b.test',
  'c.a.test',
  '*.test',
  '*.a.test',
  'test',
  `${'a'.repeat(64)}.test`,
  `${'a'.repeat(63)}.test`,
  '1.2.3.999',
  '*.1.2.3',
  `${'a.'.repeat(126)}a`,
];
const host = fc.constantFrom(...HOSTS);

const service = fc
  .constantFrom('web', 'api')
  .chain((name) =>
    fc.constantFrom({ number: 443 }, { number: 80 }, { name: 'https' }).map((port) => ({ service: { name, port } })),
  );
const resource = fc.constantFrom('web:443', 'files', 'a\nb').map((name) => ({ resource: { kind: 'Bucket', name } }));
const backend = fc.oneof({ weight: 5, arbitrary: service }, { weight: 1, arbitrary: resource });
const onePath = fc.record({
  path: fc.constantFrom('/', '/', '', '/x', '/y', '/.well-known/acme-challenge/token', '/.well-known/acme-challenge'),
  pathType: fc.constant('ImplementationSpecific'),
  backend,
});
const http = fc.option(fc.record({ paths: fc.array(onePath, { minLength: 1, maxLength: 4 }) }), {
  nil: undefined,
  freq: 8,
});
const oneRule = fc.tuple(fc.option(host, { nil: undefined, freq: 8 }), http).map(([name, paths]) => ({
  ...(name === undefined ? {} : { host: name }),
  ...(paths === undefined ? {} : { http: paths }),
}));

const tls = fc.oneof(
  fc.constant([{ secretName: 'cert' }]),
  fc.array(
    fc.array(host, { minLength: 1, maxLength: 8 }).map((hosts) => ({ hosts })),
    { maxLength: 3 },
  ),
);

/** Ingresses as the API server takes them, with all that the rules of the policy look at. */
export const anyIngress = fc
  .record({
    annotations,
    rules: fc.array(oneRule, { maxLength: 5 }),
    tls,
    className: fc.constantFrom('citrix', 'citrix', 'citrix', 'nginx'),
    defaultBackend: fc.option(service, { nil: undefined, freq: 3 }),
  })
  .filter(({ rules, defaultBackend }) => rules.length > 0 || defaultBackend !== undefined)
  .map(({ defaultBackend, ...shape }) =>
    ingress({ ...shape, spec: defaultBackend === undefined ? {} : { defaultBackend } }),
  );
