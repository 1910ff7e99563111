import { describe, expect, it } from 'vitest';
import type { AuditFinding } from '../../../lib/audit/index.ts';
import { routePath } from '../../../lib/console/route-path.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import type { RouteStatus } from '../../../lib/status/index.ts';
import { claim, owner, route } from './support.ts';

const names = namesOf('nsp');
const [a, b, other] = [owner('a'), owner('b'), owner('other')];
const held = route('a.example.com', claim(a));
const pathOf = (of: RouteStatus, findings: readonly AuditFinding[] = []) =>
  routePath({ route: of, names, findings, appliance: 'edge' });
const broken = (of: RouteStatus): string[] =>
  pathOf(of)
    .links.filter(({ ok }) => !ok)
    .map(({ kind, text }) => `${kind}: ${text}`);

describe('the links of a host', () => {
  it('name the objects of the appliance, from the client to the back end', () => {
    expect(pathOf(held).links.map(({ kind, name, object }) => [kind, name, object])).toEqual([
      ['client', 'a.example.com', undefined],
      ['frontend', '192.0.2.10:443', 'cs vserver nsp-192.0.2.10-443'],
      ['host', 'a.example.com', 'policy stringmap nsp_f_192_0_2_10_443 a.example.com'],
      ['backend', 'web:443', 'lb vserver nsp-default-web'],
    ]);
  });

  it.each<[string, RouteStatus, string[]]>([
    ['serving', held, []],
    [
      'down',
      { ...held, state: 'down', members: [{ address: '10.1.0.1', port: 8443, state: 'DOWN' }] },
      ['backend: 0 of 1 members is up.'],
    ],
    [
      'empty',
      { ...held, state: 'empty', members: [] },
      ['backend: The service group has no member: connections are reset.'],
    ],
    [
      'unbound',
      { ...held, state: 'unbound' },
      [
        'host: east default/a claims the host, but no row leads to its back end: a wildcard serves the host, or it is reset.',
      ],
    ],
    [
      'stray',
      route('a.example.com', undefined, { state: 'stray', members: [], object: undefined }),
      ['host: The host has a row that no Ingress claims.'],
    ],
    [
      'redirect',
      route('a.example.com', claim(a, { backend: undefined }), {
        state: 'redirect',
        frontend: { vip: '192.0.2.10', port: 80, kind: 'http' },
        securePort: 443,
        members: [],
        object: undefined,
      }),
      [],
    ],
  ])('%s: the links that do not hold', (_state, of, expected) => {
    expect(broken(of)).toEqual(expected);
  });

  it('a row that nobody claims leads to no back end that is known', () => {
    const stray = route('a.example.com', undefined, { state: 'stray', object: undefined });
    expect(pathOf(stray).links.map(({ kind }) => kind)).toEqual(['client', 'frontend', 'host']);
  });
});

describe('the findings of a host', () => {
  const finding = (object: string, owners: AuditFinding['owners']): AuditFinding => ({
    code: 'ObjectChanged',
    object,
    is: 'x',
    should: 'y',
    owners,
  });

  it.each<[string, AuditFinding, boolean]>([
    ['about its holder', finding('lbvserver z', [a]), true],
    ['about an Ingress that waits', finding('lbvserver z', [b]), true],
    ['about another Ingress', finding('lbvserver z', [other]), false],
    ['about its front end', finding('csvserver nsp-192.0.2.10-443', []), true],
    ['about another front end', finding('csvserver nsp-192.0.2.11-443', []), false],
    ['about its row', finding('policystringmap_pattern_binding nsp_f_192_0_2_10_443 a.example.com', []), true],
    ['about a row beside', finding('policystringmap_pattern_binding nsp_f_192_0_2_10_443 b.example.com', []), false],
  ])('%s', (_what, one, expected) => {
    expect(pathOf({ ...held, standby: [claim(b)] }, [one]).drift.length).toBe(expected ? 1 : 0);
  });
});
