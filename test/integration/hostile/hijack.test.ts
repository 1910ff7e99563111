import { describe, expect, it } from 'vitest';
import type { IngressState } from '../../../lib/contract/index.ts';
import { hostsOf, type World } from '../../support/engine.ts';
import { changed, type StateOptions, snapshot, state, withdrawn } from '../../support/events.ts';
import { startTestWorld } from '../../support/test-world.ts';

const HOST = 'login.shop.example';
const OWNERSHIP = [{ suffix: 'shop.example', namespaces: ['shop'] }];

const shop = (more: StateOptions = {}): IngressState =>
  state('web', { namespace: 'shop', hosts: [HOST], created: 1_000, ...more });
const evil = (more: StateOptions = {}): IngressState =>
  state('evil', { namespace: 'evil', hosts: [HOST], created: 2_000, members: ['10.6.6.6'], ...more });

/** `cluster namespace/name` of the holder of a host, from the row that the appliance follows. */
function holder(world: World, host = HOST): string | undefined {
  const row = world
    .config()
    .find((line) => line.startsWith('bind policy stringmap nsp_f_') && line.includes(` ${host} `));
  return /-comment "?([^"]+?)"?$/.exec(row ?? '')?.[1];
}

const SHOP = 'test shop/web';
const EVIL = 'test evil/evil';

const governed = (rules: object = {}) =>
  startTestWorld({ settings: { rules: { hostOwnership: OWNERSHIP, ipsets: [], ...rules } } });

describe('CON-1: who holds a host, against who wants it', () => {
  it('deleted and created again → its new creation time counts, and the older claim holds', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, evil({ created: 500 })));
    await world.deliver(changed(20, shop()));
    expect(holder(world)).toBe(EVIL);
    await world.deliver(withdrawn(30, 'evil', { namespace: 'evil' }));
    expect(holder(world)).toBe(SHOP);
    const { outcomes } = await world.deliver(changed(40, evil({ created: 3_000 })));
    expect(outcomes).toMatchObject([
      { detailType: 'Ingress Rejected', data: { name: 'evil', hosts: [], findings: [{ code: 'HostConflict' }] } },
    ]);
    expect(holder(world)).toBe(SHOP);
  });

  it('created again between two events, with another UID → the later creation time counts', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, { ...evil({ created: 500 }), uid: 'uid-a' }));
    await world.deliver(changed(20, shop()));
    await world.deliver(changed(30, { ...evil({ created: 3_000 }), uid: 'uid-b' }));
    expect(holder(world)).toBe(SHOP);
  });

  it('created again many times → the host never leaves its holder', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, shop()));
    for (let round = 0; round < 5; round++) {
      const at = 20 + 10 * round;
      const { changes } = await world.deliver(changed(at, evil({ created: 2_000 + round })));
      expect(changes.filter(({ resource }) => resource.role === 'host')).toEqual([]);
      await world.deliver(withdrawn(at + 5, 'evil', { namespace: 'evil' }));
      expect(holder(world)).toBe(SHOP);
    }
  });

  it('CON-2: a holder that is deleted and created again → the claim that waited keeps the host, and it is told', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, shop()), changed(11, evil()));
    await world.deliver(withdrawn(20, 'web', { namespace: 'shop' }));
    const { outcomes } = await world.deliver(changed(30, shop({ created: 3_000 })));
    expect(holder(world)).toBe(EVIL);
    expect(outcomes).toMatchObject([
      { data: { name: 'web', findings: [{ code: 'HostConflict', message: expect.stringContaining('evil/evil') }] } },
    ]);
  });
});

describe('VAL-16: host ownership, against who comes first', () => {
  it('CON-2 cannot hand a host over to a namespace that does not own it', async () => {
    const world = await governed();
    await world.deliver(changed(10, shop()), changed(11, evil({ created: 1 })));
    expect(holder(world)).toBe(SHOP);
    await world.deliver(withdrawn(20, 'web', { namespace: 'shop' }));
    expect(hostsOf(world).size).toBe(0);
    await world.deliver(changed(30, shop({ created: 3_000 })));
    expect(holder(world)).toBe(SHOP);
  });

  it.each([
    ['a forged creation time', HOST, 0],
    ['in capitals', 'LOGIN.Shop.Example', 1],
    ['with a dot at its end', `${HOST}.`, 1],
    ['in full-width letters', 'ｌogin.shop.example', 1],
    ['a wildcard of the domain', '*.shop.example', 1],
    ['a wildcard above the domain', '*.example', 1],
    ['the domain itself', 'shop.example', 1],
    ['a host that nobody has yet', 'new.shop.example', 1],
  ])('%s → HostForbidden, no claim', async (_what, host, created) => {
    const world = await governed();
    await world.deliver(changed(10, shop()));
    const before = world.config();
    const { outcomes } = await world.deliver(changed(20, evil({ hosts: [host], created })));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Rejected', data: { hosts: [] } }]);
    const [outcome] = outcomes;
    const codes = outcome !== undefined && 'findings' in outcome.data ? outcome.data.findings : [];
    expect(codes.map(({ code }) => code)).toContainEqual(expect.stringMatching(/^Host(Forbidden|Invalid)$/));
    expect(world.config()).toEqual(before);
  });

  it('one forbidden host beside an own one → the own one is served', async () => {
    const world = await governed();
    const { outcomes } = await world.deliver(changed(10, evil({ hosts: [HOST, 'own.example'] })));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Programmed', data: { hosts: ['own.example'] } }]);
    expect([...hostsOf(world).keys()]).toEqual(['own.example']);
  });
});

describe('TLS-2: wildcards and exact hosts of different tenants', () => {
  it('an older wildcard → an exact host of another tenant is not taken over by it', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, evil({ hosts: ['*.shop.example'], created: 1 })), changed(11, shop()));
    expect(holder(world)).toBe(SHOP);
  });

  it('an exact host under a wildcard of another tenant → served without ownership, refused with it', async () => {
    const wildcard = shop({ hosts: ['*.shop.example'] });
    const free = await startTestWorld();
    await free.deliver(changed(10, wildcard), changed(11, evil()));
    expect(holder(free)).toBe(EVIL);
    const world = await governed();
    await world.deliver(changed(10, wildcard), changed(11, evil()));
    expect([...hostsOf(world).keys()]).toEqual(['*.shop.example']);
  });
});

describe('VAL-9: front-end addresses that are not for everybody', () => {
  const RANGES = { frontendIPs: ['192.0.2.0/28'], otherFrontendIPs: ['198.51.100.0/24'] };

  it.each([
    ['outside of frontendIPs', '203.0.113.1', 'FrontendIPForbidden'],
    ['of the appliance’s own network', '169.254.1.1', 'FrontendIPInvalid'],
    ['in another form of a forbidden one', '::ffff:203.0.113.1', 'FrontendIPInvalid'],
    ['every address', '0.0.0.0', 'FrontendIPInvalid'],
  ])('an address %s → %s, and nothing listens', async (_what, vip, _code) => {
    const world = await governed(RANGES);
    const { outcomes } = await world.deliver(changed(10, evil({ vip, hosts: ['own.example'] })));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Rejected', data: { findings: [{ code: _code }] } }]);
    expect(world.config()).toEqual([]);
    expect([...world.appliance.frontends.keys()]).toEqual([]);
  });

  it('an address of another appliance → not selected here, without a finding', async () => {
    const world = await governed(RANGES);
    const { outcomes } = await world.deliver(changed(10, evil({ vip: '198.51.100.9', hosts: ['own.example'] })));
    expect(outcomes).toMatchObject([{ detailType: 'Ingress Removed', data: { findings: [] } }]);
    expect(world.config()).toEqual([]);
  });

  it('an ipset that is not allowed → FrontendIPForbidden', async () => {
    const world = await governed(RANGES);
    const annotations = { 'ingress.citrix.com/frontend-ipset-name': 'theirs' };
    const { outcomes } = await world.deliver(changed(10, evil({ hosts: ['own.example'], annotations })));
    expect(outcomes).toMatchObject([{ data: { findings: [{ code: 'FrontendIPForbidden' }] } }]);
    expect(world.config()).toEqual([]);
  });
});

describe('CON-5: settings of a front end that tenants share', () => {
  const csvserver = (settings: object) => ({ 'ingress.citrix.com/csvserver': JSON.stringify(settings) });
  const server = (world: World): string => world.config().find((line) => line.startsWith('add cs vserver')) ?? '';

  it('limits of connections → not applied without the operator’s allow-list', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, shop()));
    const before = server(world);
    const drop = { somethod: 'CONNECTION', sothreshold: 1, sobackupaction: 'DROP' };
    const { outcomes } = await world.deliver(
      changed(20, evil({ hosts: ['own.example'], annotations: csvserver(drop) })),
    );
    expect(outcomes).toMatchObject([
      { data: { hosts: ['own.example'], findings: Array(3).fill({ code: 'AttributeUnsupported' }) } },
    ]);
    expect(server(world)).toBe(before);
  });

  it('a younger tenant’s setting → does not replace an older one’s, however often it comes again', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, shop({ annotations: csvserver({ clttimeout: 600 }) })));
    for (const sequence of [20, 30]) {
      await world.deliver(
        changed(sequence, evil({ hosts: ['own.example'], annotations: csvserver({ clttimeout: 1 }) })),
      );
      expect(server(world)).toContain('-cltTimeout 600');
    }
  });

  it('allowedAttributes.csvserver: [] → no tenant sets anything of it', async () => {
    const world = await governed({ allowedAttributes: { csvserver: [] } });
    await world.deliver(changed(10, shop()));
    const before = server(world);
    await world.deliver(changed(20, evil({ hosts: ['own.example'], annotations: csvserver({ clttimeout: 1 }) })));
    expect(server(world)).toBe(before);
  });
});

describe('rule 15: events under another cluster’s name', () => {
  it('another UID → refused and reported, nothing of the cluster changes', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, shop()));
    const before = world.config({ ledger: true });
    const forged = [
      changed(20, shop({ members: ['10.6.6.6'] }), { uid: 'uid-forged' }),
      withdrawn(30, 'web', { namespace: 'shop', uid: 'uid-forged' }),
      snapshot(40, [], { uid: 'uid-forged', flagged: true, confirmed: true }),
    ];
    for (const event of forged) {
      const { outcomes } = await world.deliver(event);
      expect(outcomes.map(({ detailType }) => detailType)).not.toContain('Ingress Programmed');
      expect(outcomes.length).toBeGreaterThan(0);
      expect(world.config({ ledger: true })).toEqual(before);
    }
  });

  it('in one batch with the real cluster’s events → those are carried out', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, shop()));
    await world.deliver(
      changed(20, shop({ members: ['10.6.6.6'] }), { uid: 'uid-forged' }),
      changed(21, shop({ members: ['10.1.0.9'] })),
    );
    const text = world.config().join('\n');
    expect(text).toContain('10.1.0.9');
    expect(text).not.toContain('10.6.6.6');
  });
});

describe('LIF-3: events that come again', () => {
  it.each([
    ['live', {}],
    ['with the name of a replay', { replay: 'forged' }],
  ])('an older one that led elsewhere, %s → nothing changes', async (_what, how) => {
    const world = await startTestWorld();
    const old = shop({ members: ['10.6.6.6'] });
    await world.deliver(changed(10, old));
    await world.deliver(changed(20, shop()));
    const before = world.config({ ledger: true });
    await world.deliver(changed(10, old, how));
    await world.deliver(snapshot(11, [old], { flagged: true, ...how }));
    expect(world.config({ ledger: true }).filter((line) => !/ W\./.test(line))).toEqual(
      before.filter((line) => !/ W\./.test(line)),
    );
  });

  it('of a deleted Ingress → it does not come back', async () => {
    const world = await startTestWorld();
    await world.deliver(changed(10, evil()));
    await world.deliver(withdrawn(20, 'evil', { namespace: 'evil' }));
    await world.deliver(changed(10, evil()), changed(15, evil()));
    expect(world.config()).toEqual([]);
  });
});
