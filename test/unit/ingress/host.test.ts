import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldHost, parseHost, wildcardOf } from '../../../lib/ingress/host.ts';

/** Host names, and what almost is one. */
const candidate = fc.oneof(
  fc.domain(),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[a-zA-Z0-9*_.-]{1,40}$/),
  fc
    .tuple(fc.constantFrom('*.', '', '.', '*'), fc.domain(), fc.constantFrom('', '.', '"', '\\', '\n', ' '))
    .map((parts) => parts.join('')),
);

describe('VAL-4: hosts', () => {
  it('never admits a host that could leave its quotes in an expression', () => {
    fc.assert(
      fc.property(candidate, (input) => {
        const parsed = parseHost(input);
        if ('host' in parsed) expect(parsed.host).toMatch(/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
      }),
      { numRuns: 5000 },
    );
  });

  it('admits names of the domain name system, whatever their case', () => {
    fc.assert(
      fc.property(fc.domain(), fc.boolean(), (domain, upper) => {
        expect(parseHost(upper ? domain.toUpperCase() : domain)).toEqual({ host: domain.toLowerCase() });
      }),
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(candidate, (input) => {
        const parsed = parseHost(input);
        if ('host' in parsed) expect(parseHost(parsed.host)).toEqual(parsed);
      }),
    );
  });

  it.each([
    ['bücher.example', 'xn--bcher-kva.example'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['ＳＨＯＰ.example', 'shop.example'],
    ['ü', 'xn--tda'],
    ['ü_.example', undefined],
    ['xn--ü.example', undefined],
    ['192。0。2。1', undefined],
    ['\u200b', undefined],
  ])('suggests the A-label form of %j: %s', (input, suggestion) => {
    const parsed = parseHost(input);
    expect('reason' in parsed && parsed.suggestion).toBe(suggestion);
  });

  it.each([
    ['A.B.', 'a.b'],
    ['\u212a.example', '\u212a.example'],
    ['a..', 'a.'],
  ])('folds %j to %j', (input, folded) => {
    expect(foldHost(input)).toBe(folded);
  });

  it('TLS-3: the wildcard of a host has its first label replaced', () => {
    expect(wildcardOf('a.b.example')).toBe('*.b.example');
    expect(wildcardOf('*.b.example')).toBe('*.b.example');
  });
});
