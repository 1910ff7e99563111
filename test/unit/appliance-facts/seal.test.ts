import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  behaviourIn,
  checkSeal,
  FACT_IDS,
  ReportInvalid,
  reportOf,
  seal,
  unexpected,
  unknownFacts,
} from '../../../lib/appliance-facts/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519').publicKey;
const report = reportOf(
  { build: '14.1-51.80', model: 'VPX' },
  {
    'map-entries': { value: false, why: '700 of 2000 were bound' },
    'code-exists': { value: 273 },
    'member-lists-together': { value: 'refused', why: 'refused with error 1234' },
    'reset-seen-as': { unknown: 'no answer came' },
  },
);
const text = (value: unknown): string => JSON.stringify(value);

describe('a report', () => {
  it('what nobody looked for is unknown, with a reason', () => {
    expect(report.facts['page-rows']).toEqual({ value: 'unknown', why: 'it was not asked for' });
    expect(unknownFacts(report)).toHaveLength(FACT_IDS.length - 3);
  });

  it('only known values are a behaviour, and only those that differ are unexpected', () => {
    expect(behaviourIn(report)).toEqual({
      'map-entries': false,
      'code-exists': 273,
      'member-lists-together': 'refused',
    });
    expect(unexpected(report)).toEqual(['map-entries', 'member-lists-together']);
  });
});

describe('a seal', () => {
  it('written and read: the same report, unchanged', () => {
    expect(checkSeal(text(seal(report)))).toEqual({ report, unchanged: true, signature: 'none' });
  });

  it('the order of keys and blanks do not matter', () => {
    const { format, appliance, facts, digest } = seal(report);
    expect(checkSeal(JSON.stringify({ digest, facts, appliance, format }, null, 4)).unchanged).toBe(true);
  });

  it('any other value of a fact: changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FACT_IDS), (id) => {
        const sealed = seal(report);
        const facts = { ...sealed.facts, [id]: { value: 'unknown', why: 'somebody says so' } };
        expect(checkSeal(text({ ...sealed, facts })).unchanged).toBe(false);
      }),
    );
  });

  it('a fact that this version does not know counts for the digest, and not for the report', () => {
    const sealed = seal(report);
    const later = { ...sealed, facts: { ...sealed.facts, 'of-a-later-version': { value: true } } };
    expect(checkSeal(text(later))).toMatchObject({ report, unchanged: false });
  });

  it.each([
    ['the key that signed', publicKey, 'valid'],
    ['another key', other, 'invalid'],
    ['no key', undefined, 'unchecked'],
  ] as const)('a signature and %s: %s', (_case, key, expected) => {
    expect(checkSeal(text(seal(report, privateKey)), key)).toMatchObject({ unchanged: true, signature: expected });
  });

  it('a signature of another report: invalid, although the digest was made anew', () => {
    const { signature } = seal(report, privateKey);
    const forged = { ...seal(reportOf(report.appliance, {})), signature };
    expect(checkSeal(text(forged), publicKey)).toMatchObject({ unchanged: true, signature: 'invalid' });
  });

  const sealed = seal(report);
  it.each([
    ['no JSON', '{'],
    ['a number', '1'],
    ['null', 'null'],
    ['another format', text({ ...sealed, format: 'x' })],
    ['no facts', text({ ...sealed, facts: [] })],
    ['a build that says more', text({ ...sealed, appliance: { build: '14.1-51.80 ns1.example.com', model: 'VPX' } })],
    ['a model that says more', text({ ...sealed, appliance: { build: 'unknown', model: 'VPX of 192.0.2.5' } })],
    ['a value that a fact cannot have', text({ ...sealed, facts: { 'map-entries': { value: 'perhaps' } } })],
    [
      'a reason with a control character',
      text({ ...sealed, facts: { 'map-entries': { value: true, why: '\u001b[2J' } } }),
    ],
    ['a fact that is a text', text({ ...sealed, facts: { 'map-entries': 'yes' } })],
  ])('%s: refused', (_case, given) => {
    expect(() => checkSeal(given)).toThrow(ReportInvalid);
  });

  it('any text: a report, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (given) => {
        expect(() => checkSeal(given)).toThrow(ReportInvalid);
      }),
    );
  });
});
