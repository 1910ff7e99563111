import fc from 'fast-check';
import type { ApplianceEntry } from '../../../../lib/cli/init/entry.ts';

const letters = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[a-z][a-z0-9]{0,${length}}$`));
/** Any text of one line, as a secret's name or a path may be. */
const words = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => /^\S(.*\S)?$/.test(text));
/** Objects as a parser makes them. */
const plain = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 3 });
const range = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`);

const credentials = fc.oneof(
  plain({ secret: words }),
  plain({ environment: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/) }),
  plain({ file: words }),
);
const endpoint = fc
  .tuple(fc.constantFrom('http', 'https'), fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
  .map(([scheme, host, port]) => `${scheme}://${host}:${port}`);

/** Entries that the loader takes, with any of their optional fields. */
export const entries: fc.Arbitrary<ApplianceEntry> = fc
  .record(
    {
      name: letters(20),
      clusters: few(fc.oneof(letters(10), fc.constantFrom('1.5', '007', 'no', 'null', 'true'))),
      endpoints: fc.array(endpoint, { minLength: 1, maxLength: 2 }),
      credentials,
      namespaces: few(letters(10)),
      console: fc.oneof(plain({ instanceIp: fc.ipV4() }), plain({ instanceName: words })),
      tls: fc.oneof(fc.constant({ verify: false }), plain({ ca: words, serverName: letters(10) })),
      memberNetworks: few(fc.oneof(range, fc.ipV6())),
      hostOwnership: few(plain({ suffix: fc.domain(), namespaces: few(letters(10)) })),
      systemId: fc.stringMatching(/^q[a-z0-9]{0,7}$/),
      vip: fc.nat({ max: 255 }),
    },
    { requiredKeys: ['name', 'clusters', 'endpoints', 'credentials'] },
  )
  .map(({ vip, ...entry }) =>
    vip === undefined
      ? entry
      : { ...entry, defaultVip: `192.0.2.${vip}`, frontendIPs: ['198.51.100.0/24', '192.0.2.0/24'] },
  ) as fc.Arbitrary<ApplianceEntry>;
