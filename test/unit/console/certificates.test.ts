import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../../lib/certificates/index.ts';
import { certificateCounts, certificateOf, seenCertificates } from '../../../lib/console/certificates.ts';
import { routePage } from '../../../lib/console/routes-page.ts';
import type { CertifiedRoute } from '../../../lib/status/index.ts';
import { claim, owner, route } from './support.ts';

const NOW = Date.parse('2030-06-01T00:00:00Z');
const DAY_MS = 86_400_000;
const address = '192.0.2.10:443';
const lasts = (days: number): ProbeResult => ({
  result: 'certificate',
  address,
  subject: 'example.com',
  notAfter: NOW + days * DAY_MS,
});
const shown: Readonly<Record<string, ProbeResult>> = {
  'expired.test': lasts(-1),
  'three.test': lasts(2),
  'fourteen.test': lasts(10),
  'thirty.test': lasts(29),
  'long.test': lasts(200),
  'reset.test': { result: 'reset', address },
  'away.test': { result: 'failed', address, reason: 'no answer within 10 s' },
};
const routes = Object.keys(shown).map((host) => route(host, claim(owner('a'))) as CertifiedRoute);
const seen = seenCertificates({ seen: routes.map((host) => ({ host, seen: shown[host.host] as ProbeResult })) }, NOW);

describe('certificates of the console', () => {
  it('are counted by the days that are left', () => {
    expect(certificateCounts(routes, seen)).toEqual({ expired: 1, 3: 1, 14: 1, 30: 1, unseen: 2 });
    expect(certificateCounts(routes, new Map())).toEqual({ expired: 0, 3: 0, 14: 0, 30: 0, unseen: 0 });
  });

  it('say why there is none', () => {
    const of = (host: string) => certificateOf(route(host, claim(owner('a'))), seen);
    expect(of('reset.test')).toEqual({ problem: 'The connection was reset.' });
    expect(of('away.test')).toEqual({ problem: 'The handshake failed: no answer within 10 s.' });
    expect(of('long.test')).toEqual({ subject: 'example.com', notAfter: NOW + 200 * DAY_MS, stage: undefined });
    expect(of('new.test')).toBeUndefined();
  });

  it('a host that has gone since the handshake has none, nor has the same host on another front end', () => {
    expect(certificateOf(route('three.test', undefined, { state: 'stray', object: undefined }), seen)).toBeUndefined();
    const other = route('three.test', claim(owner('a')), { frontend: { vip: '192.0.2.11', port: 443, kind: 'tls' } });
    expect(certificateOf(other, seen)).toBeUndefined();
  });

  it('the filter "expiring" has those that somebody should look at', () => {
    const page = routePage(1, routes, { search: '', states: ['expiring'], page: 1 }, seen);
    expect(page.rows.map(({ host }) => host)).toEqual(Object.keys(shown).filter((host) => host !== 'long.test'));
    expect(routePage(1, routes, { search: '', states: ['expiring'], page: 1 }).rows).toEqual([]);
  });
});
