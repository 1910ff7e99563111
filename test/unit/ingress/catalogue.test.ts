import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Finding } from '../../../lib/contract/index.ts';
import { ANNOTATION_FINDINGS } from '../../../lib/ingress/catalogue/annotations.ts';
import { BACKEND_FINDINGS } from '../../../lib/ingress/catalogue/backends.ts';
import { FRONTEND_FINDINGS } from '../../../lib/ingress/catalogue/frontends.ts';
import { GATEWAY_FINDINGS } from '../../../lib/ingress/catalogue/gateway.ts';
import { HOST_FINDINGS } from '../../../lib/ingress/catalogue/hosts.ts';
import { MANIFEST_FINDINGS } from '../../../lib/ingress/catalogue/manifests.ts';
import { finding, inWords, quote, quoteAll, shorten } from '../../../lib/ingress/finding.ts';
import { CATALOGUE, FINDING_CODES, renderFindings } from '../../../lib/ingress/index.ts';
import { GATEWAY_CORPUS } from '../../corpus/gateway.ts';
import { findingCodes, judged } from '../../corpus/gateway-case.ts';
import { CORPUS } from '../../corpus/index.ts';

/** Findings that no single Ingress or Gateway can cause, and the files that make them. */
const MADE_ELSEWHERE = new Map([
  ['AnnotationMisplaced', 'lib/ingress/near-miss.ts'],
  ['CertificateExpires', 'lib/forwarder/feedback/feedback.ts'],
  ['ClassNotOurs', 'lib/ingress/judge.ts'],
  ['FrontendInUse', 'lib/reconcile/decide/foreign-address.ts'],
  ['FrontendSettingConflict', 'lib/ingress/conflicts.ts'],
  ['GatewayClassUnknown', 'lib/gateway/lint.ts'],
  ['HostConflict', 'lib/ingress/conflicts.ts'],
  ['IngressTooLarge', 'lib/forwarder/feedback/stage-findings.ts'],
  ['KindNotRead', 'lib/library/lint-source.ts'],
  ['MembersHeld', 'lib/forwarder/state/intake.ts'],
  ['ManifestInvalid', 'lib/library/lint-source.ts'],
  ['MemberRefused', 'lib/reconcile/report/result-findings.ts'],
  ['PassthroughNotRequested', 'lib/ingress/near-miss.ts'],
  ['ObjectTakenOver', 'lib/reconcile/apply/taken-over.ts'],
  ['RedirectUnavailable', 'lib/reconcile/decide/foreign-address.ts'],
  ['TLSRouteHostnameUnserved', 'lib/gateway/unserved-hostnames.ts'],
  ['TLSRouteParentUnknown', 'lib/gateway/lint.ts'],
]);

const shown = new Set([
  ...Object.values(CORPUS)
    .flat()
    .flatMap(({ findings = [] }) => findings.map((line) => line.split(' ')[0])),
  ...Object.values(GATEWAY_CORPUS)
    .flat()
    .flatMap((entry) => findingCodes(judged(entry).judgement)),
]);

describe('the catalogue of findings', () => {
  it('has each code in one family', () => {
    const families = [
      ANNOTATION_FINDINGS,
      BACKEND_FINDINGS,
      FRONTEND_FINDINGS,
      GATEWAY_FINDINGS,
      HOST_FINDINGS,
      MANIFEST_FINDINGS,
    ];
    expect(families.flatMap((family) => Object.keys(family)).sort()).toEqual(FINDING_CODES);
  });

  it.each(FINDING_CODES)('%s has a case in the corpus, or is made elsewhere', (code) => {
    expect(shown.has(code)).toBe(!MADE_ELSEWHERE.has(code));
  });

  it.each([...MADE_ELSEWHERE])('%s is made in %s', (code, file) => {
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`(finding\\(|CATALOGUE\\.)'?${code}`));
  });

  it.each(FINDING_CODES)('%s is documented, with its severity, rules and remedy', (code) => {
    const { severity, title, rules, why, remedy } = CATALOGUE[code];
    const docs = readFileSync('docs/findings.md', 'utf8');
    const section = docs.slice(docs.indexOf(`\n## ${code}\n`)).split('\n## ')[1];
    for (const part of [severity, title, ...rules, why, remedy]) expect(section).toContain(part);
    expect(rules.length).toBeGreaterThan(0);
  });

  it('docs/findings.md is generated from the catalogue', () => {
    expect(readFileSync('docs/findings.md', 'utf8')).toBe(renderFindings());
  });

  it.each(FINDING_CODES)('%s makes a finding that the event contract accepts', (code) => {
    const made = finding(code, { message: 'm', path: 'spec', value: 'v' });
    expect(Finding.parse(made)).toEqual({
      code,
      severity: CATALOGUE[code].severity,
      message: 'm',
      path: 'spec',
      value: 'v',
      remedy: CATALOGUE[code].remedy,
    });
  });

  it('leaves out absent fields, and prefers the remedy of the finding', () => {
    expect(finding('HostRequired', { message: 'm', remedy: 'r' })).toEqual({
      code: 'HostRequired',
      severity: 'error',
      message: 'm',
      remedy: 'r',
    });
  });
});

describe('values in messages', () => {
  it('are cut when they are long', () => {
    expect(shorten('x'.repeat(120))).toBe('x'.repeat(120));
    expect(shorten('x'.repeat(121))).toBe(`${'x'.repeat(120)}…`);
  });

  it.each(['\n', '\u0000', '\u001b[31m', '\u202e', '\u2028', '\u200b', '\ud800'])(
    'lose control characters: %j',
    (value) => {
      expect(shorten(`a${value}b`)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u);
    },
  );

  it.each([
    ['x', 'x'],
    [1, '1'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [[1], 'a list'],
    [{ a: 1 }, 'a mapping'],
  ])('of JSON %j are %s', (value, words) => {
    expect(inWords(value)).toBe(words);
  });

  it('stand in quotes, the first five of many', () => {
    expect(quote('a')).toBe('"a"');
    expect(quoteAll(['a', 'b'])).toBe('"a", "b"');
    expect(quoteAll(['a', 'b', 'c', 'd', 'e'])).toBe('"a", "b", "c", "d", "e"');
    expect(quoteAll(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('"a", "b", "c", "d", "e" and 2 more');
  });
});
