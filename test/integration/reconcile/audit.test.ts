import { afterAll, describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { type AuditedWorld, findingLines, Hand, startAudited } from '../../support/audit.ts';
import { state } from '../../support/events.ts';

/**
 * The audit on the real engine and the simulator (LIF-7): for each kind of object, somebody deletes or changes it by
 * hand; the audit says so, asks those whom it concerns, and after their answer the appliance is what it was.
 */

const REDIRECT = { 'ingress.citrix.com/insecure-termination': 'redirect' };
const SETTINGS = {
  'ingress.citrix.com/lbvserver': '{"web":{"lbmethod":"ROUNDROBIN"}}',
  'ingress.citrix.com/monitor': '{"web":{"type":"tcp","interval":7}}',
  'ingress.citrix.com/csvserver': '{"clttimeout":"5000"}',
};
const TLS = 'nsp-192.0.2.10-443';
const HTTP = 'nsp-192.0.2.10-80';
const MAP = 'nsp_f_192_0_2_10_443';
const HTTP_MAP = 'nsp_f_192_0_2_10_80';
const OTHER_MAP = 'nsp_f_192_0_2_11_443';
const LEDGER = namesOf('nsp').ledgerMap('east');
const RECORD_OF_ONE = new RegExp(`^I.${ownerKey({ cluster: 'east', namespace: 'default', name: 'one' })}`);

/** One world for all: each case leaves it as it was, or it is not used again. */
let world: AuditedWorld | undefined;
afterAll(async () => world?.stop());

/** `one` holds its hosts and redirects, `two` stands by behind it and has no member, `three` has settings. */
async function start(): Promise<AuditedWorld> {
  const at = await startAudited(['east', 'west']);
  await at.say(
    'east',
    state('one', {
      hosts: ['a.example.com', '*.example.com'],
      members: ['10.1.0.1', '10.1.0.2'],
      created: 10,
      annotations: REDIRECT,
    }),
    state('two', { hosts: ['a.example.com', 'b.example.com'], members: [], created: 20 }),
    state('three', { vip: '192.0.2.11', hosts: ['d.example.com', 'e.example.com'], annotations: SETTINGS }),
  );
  await at.say('west', state('four', { hosts: ['b.example.com', 'c.example.com'], created: 15 }));
  return at;
}

type Damage = (hand: Hand) => Promise<void>;

/** Unbinds and removes both policies of a back end: what stands in the way of the rest. */
async function removePolicies(hand: Hand, name: string): Promise<void> {
  for (const policy of [name, `${name}-w`]) {
    await hand.unbind(TLS, policy);
    await hand.remove('sslpolicy', policy);
  }
}

const POLICIES_OF_ONE = [
  'ObjectMissing sslpolicy → east one',
  'ObjectMissing sslpolicy → east one',
  'ObjectMissing sslvserver_sslpolicy_binding → east one',
  'ObjectMissing sslvserver_sslpolicy_binding → east one',
];
const BOTH = 'east one, west four';

const BACK_ENDS: readonly [what: string, damage: Damage, findings: readonly string[]][] = [
  [
    'a member removed',
    async (hand) =>
      hand.remove('servicegroup_servicegroupmember_binding', await hand.backend('one'), {
        servername: '10.1.0.2',
        port: 8443,
      }),
    ['MembersChanged Ingress → east one'],
  ],
  [
    'a member added',
    async (hand) =>
      hand.add('servicegroup_servicegroupmember_binding', await hand.backend('one'), { ip: '10.9.9.9', port: 1 }),
    ['MembersChanged Ingress → east one'],
  ],
  [
    'a member given to a back end without any',
    async (hand) =>
      hand.add('servicegroup_servicegroupmember_binding', await hand.backend('two'), { ip: '10.9.9.9', port: 1 }),
    ['MembersChanged Ingress → east two'],
  ],
  [
    'a policy unbound',
    async (hand) => hand.unbind(TLS, await hand.backend('one')),
    ['ObjectMissing sslvserver_sslpolicy_binding → east one'],
  ],
  [
    'a wildcard policy unbound',
    async (hand) => hand.unbind(TLS, `${await hand.backend('one')}-w`),
    ['ObjectMissing sslvserver_sslpolicy_binding → east one'],
  ],
  [
    'a policy of a back end without members bound',
    async (hand) =>
      hand.add('sslvserver_sslpolicy_binding', TLS, {
        policyname: await hand.backend('two'),
        type: 'CLIENTHELLO_REQ',
        priority: 77,
      }),
    ['ObjectUnexplained sslvserver_sslpolicy_binding → east two'],
  ],
  [
    'a policy removed',
    async (hand) => {
      const name = await hand.backend('one');
      await hand.unbind(TLS, name);
      await hand.remove('sslpolicy', name);
    },
    ['ObjectMissing sslpolicy → east one', 'ObjectMissing sslvserver_sslpolicy_binding → east one'],
  ],
  [
    "a policy's rule changed",
    async (hand) => hand.set('sslpolicy', await hand.backend('one'), { rule: 'true' }),
    ['ObjectChanged sslpolicy → east one'],
  ],
  [
    "a policy's action changed",
    async (hand) => hand.set('sslpolicy', await hand.backend('one'), { action: 'RESET' }),
    ['ObjectChanged sslpolicy → east one'],
  ],
  [
    'an action removed, with its policies',
    async (hand) => {
      const name = await hand.backend('one');
      await removePolicies(hand, name);
      await hand.remove('sslaction', name);
    },
    ['ObjectMissing sslaction → east one', ...POLICIES_OF_ONE],
  ],
  [
    'an action that forwards elsewhere',
    async (hand) => {
      const name = await hand.backend('one');
      await removePolicies(hand, name);
      await hand.remove('sslaction', name);
      await hand.add('sslaction', name, { forward: await hand.backend('two') });
    },
    ['ObjectChanged sslaction → east one', ...POLICIES_OF_ONE],
  ],
  [
    'an lbvserver removed, with all that names it',
    async (hand) => {
      const name = await hand.backend('one');
      await removePolicies(hand, name);
      await hand.remove('sslaction', name);
      await hand.remove('lbvserver', name);
    },
    [
      'ObjectMissing lbvserver → east one',
      'ObjectMissing lbvserver_servicegroup_binding → east one',
      'ObjectMissing sslaction → east one',
      ...POLICIES_OF_ONE,
    ],
  ],
  [
    'an attribute of an lbvserver',
    async (hand) => hand.set('lbvserver', await hand.backend('one'), { persistencetype: 'SOURCEIP' }),
    ['ObjectChanged lbvserver → east one'],
  ],
  [
    'an attribute of a group',
    async (hand) => hand.set('servicegroup', await hand.backend('one'), { clttimeout: 5 }),
    ['ObjectChanged servicegroup → east one'],
  ],
  [
    'a group unbound',
    async (hand) => {
      const name = await hand.backend('one');
      await hand.remove('lbvserver_servicegroup_binding', name, { servicegroupname: name });
    },
    ['ObjectMissing lbvserver_servicegroup_binding → east one'],
  ],
  [
    'a group removed',
    async (hand) => hand.remove('servicegroup', await hand.backend('one')),
    ['ObjectMissing servicegroup → east one', 'ObjectMissing lbvserver_servicegroup_binding → east one'],
  ],
  [
    'a monitor unbound',
    async (hand) => {
      const name = await hand.backend('three');
      await hand.remove('servicegroup_lbmonitor_binding', name, { monitor_name: name });
    },
    ['ObjectMissing servicegroup_lbmonitor_binding → east three'],
  ],
  ...(['lbvserver', 'servicegroup', 'sslpolicy'] as const).map((type): [string, Damage, string[]] => [
    `an ${type} with a mark of ours that nothing explains`,
    async (hand) => {
      const [row] = await hand.rows('lbvserver', await hand.backend('one'));
      const what = type === 'sslpolicy' ? { rule: 'true', action: 'RESET' } : { servicetype: 'TCP' };
      await hand.add(type, 'nsp-default-one-gone-443-x', { ...what, comment: String(row?.comment) });
    },
    [`ObjectUnexplained ${type} → east one`],
  ]),
];

const FRONT_ENDS: readonly [what: string, damage: Damage, findings: readonly string[]][] = [
  ...['nsp-gate-192.0.2.10-443', 'nsp-exact-192.0.2.10-443', 'nsp-reset'].map((policy): [string, Damage, string[]] => [
    `${policy} unbound`,
    (hand) => hand.unbind(TLS, policy),
    [`ObjectMissing sslvserver_sslpolicy_binding → ${BOTH}`],
  ]),
  [
    'the gate removed',
    async (hand) => {
      await hand.unbind(TLS, 'nsp-gate-192.0.2.10-443');
      await hand.remove('sslpolicy', 'nsp-gate-192.0.2.10-443');
    },
    [`ObjectMissing sslpolicy → ${BOTH}`, `ObjectMissing sslvserver_sslpolicy_binding → ${BOTH}`],
  ],
  [
    "the gate's rule changed",
    (hand) => hand.set('sslpolicy', 'nsp-gate-192.0.2.10-443', { rule: 'false' }),
    [`ObjectChanged sslpolicy → ${BOTH}`],
  ],
  [
    'the closing policy of the exact tier bound before it',
    async (hand) => {
      const policyname = 'nsp-exact-192.0.2.10-443';
      await hand.unbind(TLS, policyname);
      await hand.add('sslvserver_sslpolicy_binding', TLS, { policyname, type: 'CLIENTHELLO_REQ', priority: 1500 });
    },
    [`ObjectChanged sslvserver_sslpolicy_binding → ${BOTH}`],
  ],
  [
    'the certificate unbound',
    (hand) => hand.remove('sslvserver_sslcertkey_binding', TLS, { certkeyname: 'nsp-placeholder' }),
    [`ObjectMissing sslvserver_sslcertkey_binding → ${BOTH}`],
  ],
  [
    'the csvserver removed',
    (hand) => hand.remove('csvserver', TLS),
    [
      `ObjectMissing csvserver → ${BOTH}`,
      ...Array.from({ length: 3 }, () => `ObjectMissing sslvserver_sslpolicy_binding → ${BOTH}`),
      `ObjectMissing sslvserver_sslcertkey_binding → ${BOTH}`,
      'ObjectMissing sslvserver_sslpolicy_binding → east one',
      'ObjectMissing sslvserver_sslpolicy_binding → east one',
      'ObjectMissing sslvserver_sslpolicy_binding → west four',
    ],
  ],
  [
    'its TCP profile',
    (hand) => hand.set('csvserver', TLS, { tcpprofilename: 'nstcp_default_profile' }),
    [`ObjectChanged csvserver → ${BOTH}`],
  ],
  [
    'a setting that an Ingress asked for',
    (hand) => hand.set('csvserver', 'nsp-192.0.2.11-443', { clttimeout: 7 }),
    ['ObjectChanged csvserver → east three'],
  ],
  [
    'the mark of its map',
    (hand) => hand.set('policystringmap', MAP, { comment: 'mine' }),
    [`ObjectChanged policystringmap → ${BOTH}`],
  ],
  [
    'its ready row removed',
    (hand) => hand.removeRow(MAP, /^!/),
    [`ObjectMissing policystringmap_pattern_binding → ${BOTH}`],
  ],
  [
    'port 80: the csvserver removed',
    (hand) => hand.remove('csvserver', HTTP),
    [
      'ObjectMissing csvserver → east one',
      ...Array.from({ length: 3 }, () => 'ObjectMissing csvserver_responderpolicy_binding → east one'),
    ],
  ],
  ...['nsp-redirect-443-x-192.0.2.10-80', 'nsp-redirect-443-w-192.0.2.10-80', 'nsp-reset-http'].map(
    (policy): [string, Damage, string[]] => [
      `port 80: ${policy} unbound`,
      (hand) => hand.unbindResponder(HTTP, policy),
      ['ObjectMissing csvserver_responderpolicy_binding → east one'],
    ],
  ),
  [
    'port 80: where the redirect leads',
    (hand) => hand.set('responderaction', 'nsp-redirect-443-192.0.2.10-80', { target: '"https://example.com"' }),
    ['ObjectChanged responderaction → east one'],
  ],
  [
    "port 80: a policy's rule",
    (hand) => hand.set('responderpolicy', 'nsp-redirect-443-x-192.0.2.10-80', { rule: 'true' }),
    ['ObjectChanged responderpolicy → east one'],
  ],
  [
    'port 80: a policy removed',
    async (hand) => {
      await hand.unbindResponder(HTTP, 'nsp-redirect-443-x-192.0.2.10-80');
      await hand.remove('responderpolicy', 'nsp-redirect-443-x-192.0.2.10-80');
    },
    ['ObjectMissing responderpolicy → east one', 'ObjectMissing csvserver_responderpolicy_binding → east one'],
  ],
];

const ROWS: readonly [what: string, damage: Damage, findings: readonly string[]][] = [
  [
    'a host removed',
    (hand) => hand.removeRow(MAP, /^c\./),
    ['HostMissing policystringmap_pattern_binding → west four'],
  ],
  [
    'a host removed that others of two clusters stand by for',
    (hand) => hand.removeRow(MAP, /^b\./),
    ['HostMissing policystringmap_pattern_binding → east two, west four'],
  ],
  [
    'a wildcard removed',
    (hand) => hand.removeRow(MAP, /^\*/),
    ['HostMissing policystringmap_pattern_binding → east one'],
  ],
  [
    'a host that leads to another',
    async (hand) => hand.setRow(MAP, 'a.example.com', (await hand.row(MAP, /^c\./)).value, 'west default/four'),
    ['HostChanged policystringmap_pattern_binding → east one'],
  ],
  [
    "a host's comment",
    async (hand) => hand.setRow(MAP, 'a.example.com', (await hand.row(MAP, /^a\./)).value, 'mine'),
    ['HostChanged policystringmap_pattern_binding → east one'],
  ],
  [
    'a host that nobody claims',
    async (hand) => hand.setRow(MAP, 'z.example.com', (await hand.row(MAP, /^a\./)).value, 'east default/one'),
    ['HostUnexplained policystringmap_pattern_binding → east one'],
  ],
  [
    "a redirect's host removed",
    (hand) => hand.removeRow(HTTP_MAP, /^a\./),
    ['HostMissing policystringmap_pattern_binding → east one'],
  ],
  [
    'a redirect to another port',
    (hand) => hand.setRow(HTTP_MAP, 'a.example.com', '8443', 'east default/one'),
    ['HostChanged policystringmap_pattern_binding → east one'],
  ],
  ["the holder's claim removed", (hand) => hand.removeRow(MAP, /^#\w+\.0+10\./), ['ClaimsChanged Ingress → east one']],
  ['a claim on standby removed', (hand) => hand.removeRow(MAP, /^#\w+\.0+20\./), ['ClaimsChanged Ingress → east two']],
  [
    'a claim of another Service',
    async (hand) => {
      const { key, value, comment } = await hand.row(MAP, /^#\w+\.0+10\./);
      await hand.setRow(MAP, key, value.replace(';web;', ';other;'), comment);
    },
    ['ClaimsChanged Ingress → east one'],
  ],
  [
    'a claim made older',
    async (hand) => {
      const { key, value, comment } = await hand.row(MAP, /^#\w+\.0+20\./);
      await hand.removeRow(MAP, /^#\w+\.0+20\./);
      await hand.setRow(MAP, key.replace('0000000020', '0000000001'), value, comment);
    },
    ['ClaimsChanged Ingress → east two'],
  ],
  ["a redirect's claim removed", (hand) => hand.removeRow(HTTP_MAP, /^#/), ['ClaimsChanged Ingress → east one']],
  ['a wish for a setting removed', (hand) => hand.removeRow(OTHER_MAP, /^=/), ['ClaimsChanged Ingress → east three']],
  [
    'a claim of an Ingress with settings removed, whose hash cannot be made again',
    (hand) => hand.removeRow(OTHER_MAP, /^#/),
    ['ClaimsChanged Ingress → east three'],
  ],
  [
    'all claims of a front end removed',
    async (hand) => {
      await hand.removeRow(OTHER_MAP, /^#/);
      await hand.removeRow(OTHER_MAP, /^#/);
    },
    ['ClaimsChanged Ingress → east three'],
  ],
  [
    'a row of a host that nobody claims, with a value that names nobody',
    (hand) => hand.setRow(MAP, 'x.example.com', 'junk'),
    ['HostUnexplained policystringmap_pattern_binding → nobody'],
  ],
  [
    'a row of a redirect that nobody claims',
    (hand) => hand.setRow(HTTP_MAP, 'x.example.com', '443'),
    ['HostUnexplained policystringmap_pattern_binding → nobody'],
  ],
  ['a record removed', (hand) => hand.removeRow(LEDGER, RECORD_OF_ONE), ['RecordMissing Ingress → east one']],
  ['the watermark removed', (hand) => hand.removeRow(LEDGER, /^W/), ['PrimarySince cluster → nobody']],
  ['the ledger removed', (hand) => hand.remove('policystringmap', LEDGER), ['LedgerMissing cluster → nobody']],
];

/** What is no attribute that the graph gives, and cuts off or redirects connections all the same. */
const SWITCHES: readonly [what: string, damage: Damage, findings: readonly string[]][] = [
  [
    'an lbvserver disabled',
    async (hand) => hand.disable('lbvserver', await hand.backend('one')),
    ['ObjectChanged lbvserver → east one'],
  ],
  ['a front end disabled', (hand) => hand.disable('csvserver', TLS), [`ObjectChanged csvserver → ${BOTH}`]],
  [
    'a front end of redirects disabled',
    (hand) => hand.disable('csvserver', HTTP),
    ['ObjectChanged csvserver → east one'],
  ],
  [
    'a group disabled',
    async (hand) => hand.disable('servicegroup', await hand.backend('one')),
    ['ObjectChanged servicegroup → east one'],
  ],
  [
    'a member disabled',
    async (hand) => hand.disable('servicegroup', await hand.backend('one'), { servername: '10.1.0.1', port: 8443 }),
    ['MembersChanged Ingress → east one'],
  ],
  [
    'all members disabled',
    async (hand) => {
      const name = await hand.backend('one');
      for (const servername of ['10.1.0.1', '10.1.0.2'])
        await hand.disable('servicegroup', name, { servername, port: 8443 });
    },
    ['MembersChanged Ingress → east one'],
  ],
  [
    'the group and the lbvserver of settings disabled',
    async (hand) => {
      await hand.disable('servicegroup', await hand.backend('three'));
      await hand.disable('lbvserver', await hand.backend('three'));
    },
    ['ObjectChanged lbvserver → east three', 'ObjectChanged servicegroup → east three'],
  ],
  [
    'a disabled lbvserver that was changed as well',
    async (hand) => {
      await hand.set('lbvserver', await hand.backend('one'), { clttimeout: 7 });
      await hand.disable('lbvserver', await hand.backend('one'));
    },
    ['ObjectChanged lbvserver → east one'],
  ],
  [
    'a method of balancing that nobody asks for',
    async (hand) => hand.set('lbvserver', await hand.backend('one'), { lbmethod: 'ROUNDROBIN' }),
    ['ObjectChanged lbvserver → east one'],
  ],
  [
    'monitoring switched off, and few connections',
    async (hand) => hand.set('servicegroup', await hand.backend('one'), { healthmonitor: 'NO', maxclient: 1 }),
    ['ObjectChanged servicegroup → east one'],
  ],
  [
    'a monitor of somebody else bound to a group',
    async (hand) => hand.add('servicegroup_lbmonitor_binding', await hand.backend('one'), { monitor_name: 'http' }),
    ['ObjectUnexplained servicegroup_lbmonitor_binding → east one'],
  ],
  [
    'a policy of ours that lets the next one decide',
    async (hand) => hand.rebind(TLS, await hand.backend('one'), 'NEXT'),
    ['ObjectChanged sslvserver_sslpolicy_binding → east one'],
  ],
  [
    'a gate that lets the next one decide',
    async (hand) => hand.rebind(TLS, 'nsp-gate-192.0.2.10-443', 'NEXT'),
    [`ObjectChanged sslvserver_sslpolicy_binding → ${BOTH}`],
  ],
  [
    "the case of a front end's sign",
    async (hand) => {
      const { key, value, comment } = await hand.row(MAP, /^!/);
      await hand.setRow(MAP, key, value.toUpperCase(), comment);
    },
    [`ObjectChanged policystringmap_pattern_binding → ${BOTH}`],
  ],
  [
    "the case of a host's comment",
    async (hand) => {
      const { key, value, comment } = await hand.row(MAP, /^a\.example/);
      await hand.setRow(MAP, key, value, comment.toUpperCase());
    },
    ['HostChanged policystringmap_pattern_binding → east one'],
  ],
];

describe.each([
  ['switches', SWITCHES],
  ['back ends', BACK_ENDS],
  ['front ends', FRONT_ENDS],
  ['rows', ROWS],
])('LIF-7: changed by hand: %s', (_what, cases) => {
  it.each(cases)('%s', async (_name, damage, expected) => {
    const at = world ?? (await start());
    world = undefined;
    try {
      const before = at.objects();
      await damage(new Hand(at));
      const report = await at.look();
      expect(findingLines(report)).toEqual([...expected].sort());
      await at.answer(report);
      expect(at.objects()).toEqual(before);
      expect(findingLines(await at.look())).toEqual([]);
      world = at;
    } finally {
      if (world === undefined) await at.stop();
    }
  });
});
