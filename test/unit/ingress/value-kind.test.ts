import { describe, expect, it } from 'vitest';
import { ANNOTATIONS, annotationKeys, readAnnotations } from '../../../lib/ingress/annotations.ts';
import { BOOLEAN, PORT, readNumber, readWord, TERMINATION } from '../../../lib/ingress/value-kind.ts';

describe('readWord', () => {
  it.each([
    ['true', 'true'],
    ['FALSE', 'false'],
    [' true', undefined],
    ['', undefined],
    ['yes', undefined],
  ])('%j → %s', (input, expected) => {
    expect(readWord(BOOLEAN, input)).toBe(expected);
  });

  it('VAL-11: allow → undefined: there is no such thing', () => {
    expect(['Redirect', 'DISALLOW', 'allow'].map((text) => readWord(TERMINATION, text))).toEqual([
      'redirect',
      'disallow',
      undefined,
    ]);
  });
});

describe('VAL-10: readNumber', () => {
  it.each([
    ['1', 1],
    ['65535', 65_535],
    ['00443', 443],
    ['000443', undefined],
    ['0', undefined],
    ['65536', undefined],
    ['+80', undefined],
    ['8e1', undefined],
    ['80.0', undefined],
    [' 80', undefined],
    ['', undefined],
  ])('%j → %s', (input, expected) => {
    expect(readNumber(PORT, input)).toBe(expected);
  });
});

describe('annotationKeys', () => {
  it('VAL-14: a name → the current key before the deprecated ones', () => {
    expect(annotationKeys('monitor')).toEqual(['ingress.citrix.com/monitor']);
    expect(annotationKeys('frontend-ipset-name')).toEqual([
      'ingress.citrix.com/frontend-ipset-name',
      'ingress.citrix.com/frontend-ipset_name',
      'ingress.citrix.com/frontend_ipset-name',
      'ingress.citrix.com/frontend_ipset_name',
    ]);
  });

  it.each(ANNOTATIONS)('%s: the first key with a value is the one that is read', (name) => {
    const keys = annotationKeys(name);
    for (const [first, key] of keys.entries()) {
      const annotations = Object.fromEntries(keys.map((each, at) => [each, at < first ? '' : `value ${at}`]).reverse());
      expect(readAnnotations(annotations).get(name)).toMatchObject({ key, value: `value ${first}` });
    }
  });
});
