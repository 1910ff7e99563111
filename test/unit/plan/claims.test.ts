import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { decodeClaim } from '../../../lib/ledger/claims.ts';
import { hostDigest } from '../../../lib/ledger/index.ts';
import { claimResource, claimsOf } from '../../../lib/plan/index.ts';
import { routesOf } from './routes.ts';

const OWNER = { cluster: 'c1', namespace: 'n', name: 'a' };

describe('the claims of a set of routes', () => {
  it('name host, age, owner and what the host leads to', () => {
    const claims = claimsOf(routesOf({ hosts: { 'x.example.com': 'web' }, redirect: true, port: 8443 }));
    const common = {
      hostDigest: hostDigest('x.example.com'),
      created: 100,
      ownerKey: ownerKey(OWNER),
      owner: OWNER,
      settings: '',
      form: 'exact',
      host: 'x.example.com',
    };
    expect(claims).toHaveLength(2);
    expect(claims).toContainEqual({
      host: 'x.example.com',
      claim: { ...common, frontend: '192.0.2.10_8443', target: { service: 'web', port: '443' } },
    });
    expect(claims).toContainEqual({
      host: 'x.example.com',
      claim: { ...common, frontend: '192.0.2.10_80', target: { securePort: 8443 } },
    });
  });

  it('say whether the host is a wildcard, and which settings the back end has', () => {
    const [wild] = claimsOf(routesOf({ hosts: { '*.example.com': 'web' } }));
    expect(wild?.claim).toMatchObject({ form: 'one-label', settings: '' });
    const [special] = claimsOf(routesOf({ settings: { lbvserver: { lbmethod: 'TOKEN' } } }));
    expect(special?.claim.settings).toMatch(/^[a-z2-7]{10}$/);
  });

  it('say that the host is a many-label wildcard; a redirect of one is a mistake of ours', () => {
    const set = routesOf({ hosts: { '**.example.com': 'web' } });
    const [many] = claimsOf(set);
    expect(many?.claim).toMatchObject({ form: 'many-label', host: '**.example.com' });
    const frontend = { vip: '192.0.2.10', port: 80, kind: 'http' } as const;
    const redirect = { kind: 'redirect', frontend, host: '**.example.com', securePort: 443 } as const;
    expect(() => claimsOf({ ...set, routes: [redirect] })).toThrow(
      new TypeError('a redirect of **.example.com: redirects cover one label'),
    );
  });

  it('a route to what is no back end of its owner is a mistake of ours', () => {
    expect(() => claimsOf({ ...routesOf(), backends: [] })).toThrow(
      new TypeError('the route of a.example.com leads to web:443, which is not a back end of its owner'),
    );
  });

  it('stand as rows of the front end’s map, and read back', () => {
    const [first] = claimsOf(routesOf());
    const claim = first!.claim;
    const { role, type, id, attributes, owners } = claimResource('m', claim);
    expect({ role, type, map: id.name, owners }).toEqual({
      role: 'claim',
      type: 'policystringmap_pattern_binding',
      map: 'm',
      owners: [ownerKey(OWNER)],
    });
    const row = { key: String(id.key), value: String(attributes.value), comment: String(attributes.comment) };
    expect(decodeClaim(row, claim.frontend)).toEqual(claim);
  });
});
