import { describe, expect, it } from 'vitest';
import { type ConformanceRun, renderResults } from '../../../scripts/conformance-section.ts';

const RUN: ConformanceRun = {
  target: 'edge',
  profile: 'nspass',
  version: '1',
  clients: { node: '24.0.0', openssl: '3.0.19' },
  date: '2026-01-02T03:04:05.000Z',
  summary: { passed: 1, failed: 1, skipped: 1, notApplicable: 1 },
  cases: [
    { id: 'match-exact', rules: ['TLS-2'], title: 'a', verdict: 'passed', ms: 1 },
    { id: 'match-unknown', rules: ['TLS-4'], title: 'b', verdict: 'failed', step: 'a|b', reason: '<i>\nx', ms: 1 },
    { id: 'tls-openssl-post-quantum', rules: ['TLS-5'], title: 'c', verdict: 'skipped', reason: 'no group', ms: 0 },
    { id: 'front-redirect', rules: ['VAL-11'], title: 'd', verdict: 'not applicable', reason: 'no words', ms: 0 },
  ],
};

describe('the section about conformance runs', () => {
  const text = renderResults([RUN], 'abc123');

  it('names commit, clients, date and counts', () => {
    expect(text).toContain('Commit `abc123`. Clients: node 24.0.0, openssl 3.0.19.');
    expect(text.replaceAll(/ +/g, ' ')).toContain('| edge | `nspass` | 2026-01-02 | 1 | 1 | 1 | 1 |');
  });

  it('counts by client', () => {
    expect(text.replaceAll(/ +/g, ' ')).toContain('| edge | node | 24.0.0 | 1 | 1 | 0 | 1 |');
    expect(text.replaceAll(/ +/g, ' ')).toContain('| edge | openssl | 3.0.19 | 0 | 0 | 1 | 0 |');
  });

  it('lists by name what failed, and what was not run with the reason', () => {
    expect(text.replaceAll(/ +/g, ' ')).toContain('| `match-unknown` | TLS-4 | a\\|b | &lt;i> x |');
    expect(text.replaceAll(/ +/g, ' ')).toContain('| skipped | no group | `tls-openssl-post-quantum` |');
    expect(text.replaceAll(/ +/g, ' ')).toContain('| not applicable | no words | `front-redirect` |');
  });
});
