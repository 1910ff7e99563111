import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { extendedConfiguration, newConfiguration } from '../../../../lib/cli/init/configuration-text.ts';
import type { ApplianceEntry } from '../../../../lib/cli/init/entry.ts';
import { ApplianceConfig } from '../../../../lib/config/appliances.ts';
import { parseAppliances } from '../../../../lib/config/yaml.ts';
import { entries } from './entries.ts';

const EXAMPLE = readFileSync('appliances.example.yml', 'utf8');
const LAB: ApplianceEntry = {
  name: 'lab',
  clusters: ['prod-eu'],
  endpoints: ['https://10.0.0.7'],
  credentials: { secret: 'nspass/lab' },
  hostOwnership: [{ suffix: 'lab.example.com', namespaces: ['lab'] }],
};
const read = (text: string) => parseAppliances(text, 'appliances.yml');
const full = (entry: ApplianceEntry) => ApplianceConfig.parse(entry);

describe('a new file', () => {
  it('has a comment on top, and the fields in the order of the example', () => {
    expect(newConfiguration({ ...LAB, systemId: 'lab', defaultVip: '192.0.2.1' })).toBe(
      `# Lists the appliances, and limits what may be programmed on each.
# docs/configuration.md describes every field.

appliances:
  - name: lab
    clusters: [prod-eu]
    endpoints: [https://10.0.0.7]
    credentials:
      secret: nspass/lab
    defaultVip: 192.0.2.1
    hostOwnership:
      - suffix: lab.example.com
        namespaces: [lab]
    systemId: lab
`,
    );
  });

  it('every entry → the loader reads exactly that entry', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(read(newConfiguration(entry))).toEqual([full(entry)]);
      }),
    );
  });
});

describe('an existing file', () => {
  it('keeps every character, whatever its form, and has the entry at its end', () => {
    const forms = fc.constantFrom(
      EXAMPLE,
      EXAMPLE.replaceAll('\n', '\r\n'),
      EXAMPLE.trimEnd(),
      `${EXAMPLE}\n# The end.\n`,
      // The list is not indented, and an anchor is used.
      'appliances:\n- &a\n    name:   edge # ours\n    clusters: [  x ]\n    endpoints: ["https://10.0.0.5"]\n    credentials: {secret: \'s\'}\n',
      `---\n${EXAMPLE}`,
    );
    fc.assert(
      fc.property(forms, entries, (text, generated) => {
        const entry = { ...generated, name: 'another' };
        const extended = extendedConfiguration(text, entry);
        expect(extended.startsWith(text)).toBe(true);
        expect(read(extended)).toEqual([...read(text), full(entry)]);
        if (text.includes('\r\n')) expect(extended.replaceAll('\r\n', '')).not.toContain('\n');
      }),
    );
  });

  it.each([
    [
      'a list in brackets',
      '# mine\nappliances: [{ name: edge, clusters: [x], endpoints: ["http://a"], credentials: { secret: s } }] # all\n',
    ],
    [
      'a document that is ended',
      '# mine\nappliances:\n  - name: edge # all\n    clusters: [x]\n    endpoints: ["http://a"]\n    credentials: { secret: s }\n...\n',
    ],
  ])('%s: written anew, with its comments', (_what, text) => {
    const extended = extendedConfiguration(text, LAB);
    expect(read(extended)).toEqual([...read(text), full(LAB)]);
    expect(extended).toMatch(/# mine[\s\S]*# all/);
    expect(parseDocument(extended).errors).toEqual([]);
  });

  it('grows by one entry after the other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entries, { minLength: 1, maxLength: 4, selector: ({ name }) => name }), (all) => {
        const [first, ...rest] = all as [ApplianceEntry, ...ApplianceEntry[]];
        expect(read(rest.reduce(extendedConfiguration, newConfiguration(first)))).toEqual(all.map(full));
      }),
      { numRuns: 30 },
    );
  });
});
