import { describe, expect, it } from 'vitest';
import { type Owner, ownerKey } from '../../../../lib/contract/index.ts';
import type { Claim } from '../../../../lib/ledger/index.ts';
import type { HostAssignment } from '../../../../lib/plan/index.ts';
import { affectedOwners, resyncRequests } from '../../../../lib/reconcile/apply/affected-owners.ts';
import { OWNER, task } from '../support.ts';

const B = { ...OWNER, name: 'b' };
const C = { ...OWNER, name: 'c' };
const claim = (owner: Owner): Claim => ({ owner, ownerKey: ownerKey(owner) }) as Claim;

describe('CON-1, CON-2: owners outside of the plan that gain or lose a host', () => {
  const KINDS = {
    tls: { vip: '192.0.2.10', port: 443, kind: 'tls' },
    http: { vip: '192.0.2.10', port: 80, kind: 'http' },
  } as const;
  /** A is in the plan; B and C are not. */
  const affected = (holder: Owner, standby: Owner[], former: Owner | undefined, kind: 'tls' | 'http' = 'tls') => {
    const assignment: HostAssignment = {
      frontend: KINDS[kind],
      host: 'x.example.com',
      holder: claim(holder),
      standby: standby.map(claim),
      formerKey: former === undefined ? undefined : ownerKey(former),
    };
    return affectedOwners({ hostAssignments: [assignment] }, [task({})]).map(({ owner }) => owner.name);
  };

  it.each<[string, string[], string[]]>([
    ['the holder stays', affected(B, [OWNER], B), []],
    ['promotion: B holds what A gave up', affected(B, [], OWNER), ['b']],
    ['takeover: A holds what B had', affected(OWNER, [B], B), ['b']],
    ['takeover: C had nothing before and nothing now', affected(OWNER, [B, C], B), ['b']],
    ['A came first to a new host', affected(OWNER, [B], undefined), []],
    ['B gets what C had', affected(B, [C], C), ['b', 'c']],
    ['a redirect is not a host of its own', affected(B, [], OWNER, 'http'), []],
  ])('%s', (_what, names, expected) => {
    expect(names).toEqual(expected);
  });
});

describe('CON-2: affected owners → their forwarders publish them again', () => {
  const far = { ...OWNER, cluster: 'c2' };

  it('one request for each cluster, each Ingress once', () => {
    const affected = [
      { owner: OWNER, host: 'x' },
      { owner: OWNER, host: 'y' },
      { owner: far, host: 'x' },
      { owner: B, host: 'z' },
    ];
    expect(resyncRequests(affected, 'alpha')).toEqual([
      {
        cluster: 'c1',
        appliances: ['alpha'],
        ingresses: [
          { namespace: 'n', name: 'a' },
          { namespace: 'n', name: 'b' },
        ],
        reason: 'hosts change their holder: x, y, z',
      },
      {
        cluster: 'c2',
        appliances: ['alpha'],
        ingresses: [{ namespace: 'n', name: 'a' }],
        reason: 'hosts change their holder: x',
      },
    ]);
  });

  it('names the first three hosts', () => {
    const many = ['u', 'v', 'w', 'x'].map((host) => ({ owner: OWNER, host }));
    expect(resyncRequests(many, 'alpha')[0]?.reason).toBe('hosts change their holder: u, v, w …');
  });

  it('no affected owner → no request', () => {
    expect(resyncRequests([], 'alpha')).toEqual([]);
  });
});
