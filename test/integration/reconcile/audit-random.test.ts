import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IngressState, ReceivedEvent } from '../../../lib/contract/index.ts';
import { NitroError } from '../../../lib/nitro/index.ts';
import { type AuditedWorld, findingLines, Hand, startAudited } from '../../support/audit.ts';
import { history } from '../../support/history.ts';
import { runs } from '../../support/patience.ts';

/**
 * LIF-7 over random clusters and random damage: whatever somebody did by hand to objects that are marked, the audit
 * finds it, and what it asks for brings the appliance back to what it was.
 */

interface Damage {
  readonly kind: keyof typeof EDITS;
  /** Which of the objects that there are. */
  readonly pick: number;
}

const choose = <T>(list: readonly T[], pick: number): T | undefined => list[pick % list.length];

/** Rows of a type, of one system only. */
async function rowsOf(hand: Hand, type: string, by: string): Promise<Readonly<Record<string, unknown>>[]> {
  return (await hand.rows(type)).filter((row) => /^nsp[-_]/.test(String(row[by])));
}

async function pickName(hand: Hand, type: string, by: string, pick: number): Promise<string | undefined> {
  const row = choose(await rowsOf(hand, type, by), pick);
  return row === undefined ? undefined : String(row[by]);
}

async function pickRow(hand: Hand, maps: RegExp, pick: number) {
  const rows = await rowsOf(hand, 'policystringmap_pattern_binding', 'name');
  return choose(
    rows.filter((row) => maps.test(String(row.name))),
    pick,
  );
}

/** Names of lbvservers that no settings decide about. */
async function plainServers(hand: Hand): Promise<string[]> {
  const rows = await rowsOf(hand, 'lbvserver', 'name');
  return rows.filter((row) => row.lbmethod !== 'ROUNDROBIN').map(({ name }) => String(name));
}

const SERVER_OFF_DEFAULT = [{ lbmethod: 'SOURCEIPHASH' }, { somethod: 'DYNAMICCONNECTION' }, { healththreshold: 50 }];
const GROUP_OFF_DEFAULT = [{ healthmonitor: 'NO' }, { maxclient: 1 }, { healthmonitor: 'NO', maxclient: 7 }];

/** A row of a host that nobody claims, as another row of the map is. */
async function unclaimed(hand: Hand, pick: number, maps: RegExp): Promise<void> {
  const rows = (await rowsOf(hand, 'policystringmap_pattern_binding', 'name')).filter(
    ({ name, key }) => maps.test(String(name)) && /^[a-z*]/.test(String(key)),
  );
  const row = choose(rows, pick);
  if (row !== undefined)
    await hand.setRow(String(row.name), `z${pick}.example.com`, String(row.value), String(row.comment ?? ''));
}

/** What somebody may do. Nothing where there is no such object. */
const KINDS = {
  'remove a row of a front end': async (hand: Hand, pick: number) => {
    const row = await pickRow(hand, /^nsp_f_/, pick);
    if (row !== undefined)
      await hand.remove('policystringmap_pattern_binding', String(row.name), { key: String(row.key) });
  },
  'remove a row of a ledger': async (hand: Hand, pick: number) => {
    const row = await pickRow(hand, /^nsp_l_/, pick);
    if (row !== undefined)
      await hand.remove('policystringmap_pattern_binding', String(row.name), { key: String(row.key) });
  },
  'point a host elsewhere': async (hand: Hand, pick: number) => {
    const rows = (await rowsOf(hand, 'policystringmap_pattern_binding', 'name')).filter((row) =>
      /^[a-z*]/.test(String(row.key)),
    );
    const [row, other] = [choose(rows, pick), choose(rows, pick + 1)];
    if (row !== undefined && other !== undefined)
      await hand.setRow(String(row.name), String(row.key), String(other.value), String(row.comment));
  },
  'unbind an SSL policy': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'sslvserver_sslpolicy_binding', 'vservername'), pick);
    if (row !== undefined) await hand.unbind(String(row.vservername), String(row.policyname));
  },
  'remove an SSL policy': async (hand: Hand, pick: number) => {
    const row = choose(
      (await rowsOf(hand, 'sslvserver_sslpolicy_binding', 'vservername')).filter(
        (each) => each.policyname !== 'nsp-reset',
      ),
      pick,
    );
    if (row === undefined) return;
    await hand.unbind(String(row.vservername), String(row.policyname));
    await hand.remove('sslpolicy', String(row.policyname));
  },
  'change a rule': async (hand: Hand, pick: number) => {
    const names = (await rowsOf(hand, 'sslpolicy', 'name')).map(({ name }) => String(name));
    const name = choose(
      names.filter((each) => each !== 'nsp-reset'),
      pick,
    );
    if (name !== undefined) await hand.set('sslpolicy', name, { rule: 'false' });
  },
  'change a server': async (hand: Hand, pick: number) => {
    // Of settings (VAL-13) the ledger knows a digest only: what they decide is not compared.
    const servers = (await rowsOf(hand, 'lbvserver', 'name')).filter((row) => row.lbmethod !== 'ROUNDROBIN');
    const server = choose(servers, pick);
    if (server !== undefined)
      await hand.set('lbvserver', String(server.name), { persistencetype: 'SOURCEIP', clttimeout: 7 });
  },
  'remove a group': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined) await hand.remove('servicegroup', name);
  },
  'remove a member': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'servicegroup_servicegroupmember_binding', 'servicegroupname'), pick);
    if (row !== undefined)
      await hand.remove('servicegroup_servicegroupmember_binding', String(row.servicegroupname), {
        servername: String(row.servername),
        port: Number(row.port),
      });
  },
  'add a member': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined)
      await hand.add('servicegroup_servicegroupmember_binding', name, { ip: '10.9.9.9', port: 1 + pick });
  },
  'unbind a group': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'lbvserver', 'name', pick);
    if (name !== undefined) await hand.remove('lbvserver_servicegroup_binding', name, { servicegroupname: name });
  },
  'remove a front end': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'csvserver', 'name', pick);
    if (name !== undefined) await hand.remove('csvserver', name);
  },
  'change a front end': async (hand: Hand, pick: number) => {
    // Only what the graph gives it: other attributes are the operator's.
    const servers = (await rowsOf(hand, 'csvserver', 'name')).filter((row) => row.servicetype === 'SSL');
    const server = choose(servers, pick);
    if (server !== undefined) await hand.set('csvserver', String(server.name), { clttimeout: 7 });
  },
  'unbind a certificate': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'sslvserver_sslcertkey_binding', 'vservername', pick);
    if (name !== undefined)
      await hand.remove('sslvserver_sslcertkey_binding', name, { certkeyname: 'nsp-placeholder' });
  },
  'unbind a responder policy': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'csvserver_responderpolicy_binding', 'name'), pick);
    if (row !== undefined) await hand.unbindResponder(String(row.name), String(row.policyname));
  },
  'change a redirect': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'responderaction', 'name', pick);
    if (name !== undefined) await hand.set('responderaction', name, { target: '"https://example.net"' });
  },
  'disable a server': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'lbvserver', 'name', pick);
    if (name !== undefined) await hand.disable('lbvserver', name);
  },
  'disable a group': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined) await hand.disable('servicegroup', name);
  },
  'disable a front end': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'csvserver', 'name', pick);
    if (name !== undefined) await hand.disable('csvserver', name);
  },
  'disable a member': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'servicegroup_servicegroupmember_binding', 'servicegroupname'), pick);
    if (row !== undefined)
      await hand.disable('servicegroup', String(row.servicegroupname), {
        servername: String(row.servername),
        port: Number(row.port),
      });
  },
  'bind a monitor more': async (hand: Hand, pick: number) => {
    const name = await pickName(hand, 'servicegroup', 'servicegroupname', pick);
    if (name !== undefined) await hand.add('servicegroup_lbmonitor_binding', name, { monitor_name: 'http' });
  },
  'take a server off its defaults': async (hand: Hand, pick: number) => {
    const server = choose(await plainServers(hand), pick);
    if (server !== undefined) await hand.set('lbvserver', server, choose(SERVER_OFF_DEFAULT, pick) ?? {});
  },
  'give a server a backup': async (hand: Hand, pick: number) => {
    const names = await plainServers(hand);
    const [server, backup] = [choose(names, pick), choose(names, pick + 1)];
    if (server !== undefined && backup !== undefined && backup !== server)
      await hand.set('lbvserver', server, { backupvserver: backup });
  },
  'take a group off its defaults': async (hand: Hand, pick: number) => {
    const servers = await plainServers(hand);
    const name = choose(servers, pick);
    if (name !== undefined) await hand.set('servicegroup', name, choose(GROUP_OFF_DEFAULT, pick) ?? {});
  },
  'let the next policy decide': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'sslvserver_sslpolicy_binding', 'vservername'), pick);
    if (row !== undefined) await hand.rebind(String(row.vservername), String(row.policyname), 'NEXT');
  },
  'have a policy ask a label': async (hand: Hand, pick: number) => {
    const type = 'sslvserver_sslpolicy_binding';
    const row = choose(await rowsOf(hand, type, 'vservername'), pick);
    if (row === undefined) return;
    const [vserver, policyname] = [String(row.vservername), String(row.policyname)];
    await hand.unbind(vserver, policyname);
    await hand.add(type, vserver, {
      policyname,
      type: 'CLIENTHELLO_REQ',
      priority: Number(row.priority),
      invoke: 'true',
      labeltype: 'policylabel',
      labelname: 'theirs',
    });
  },
  'claim no host of TLS': async (hand: Hand, pick: number) => unclaimed(hand, pick, /^nsp_f_.*_(443|8443)$/),
  'claim no host of redirects': async (hand: Hand, pick: number) => unclaimed(hand, pick, /^nsp_f_.*_80$/),
  'point a host of nobody at nobody': async (hand: Hand, pick: number) => {
    const row = await pickRow(hand, /^nsp_f_/, pick);
    if (row !== undefined) await hand.setRow(String(row.name), `x${pick}.example.com`, 'junk');
  },
  'write a row in capitals': async (hand: Hand, pick: number) => {
    const rows = await rowsOf(hand, 'policystringmap_pattern_binding', 'name');
    const row = choose(
      rows.filter(({ name, key }) => /^nsp_f_/.test(String(name)) && /^[a-z*!]/.test(String(key))),
      pick,
    );
    if (row === undefined) return;
    const [value, comment] = [String(row.value), String(row.comment ?? '')];
    const capitals =
      pick % 2 === 0 ? ([value.toUpperCase(), comment] as const) : ([value, comment.toUpperCase()] as const);
    await hand.setRow(String(row.name), String(row.key), ...capitals);
  },
  'write over a record or a tombstone': async (hand: Hand, pick: number) => {
    const rows = await rowsOf(hand, 'policystringmap_pattern_binding', 'name');
    const row = choose(
      rows.filter(({ name, key }) => /^nsp_l_/.test(String(name)) && /^[IW]/.test(String(key))),
      pick,
    );
    if (row !== undefined) await hand.setRow(String(row.name), String(row.key), 'junk', String(row.comment ?? ''));
  },
  'remove a ledger': async (hand: Hand, pick: number) => {
    const maps = (await rowsOf(hand, 'policystringmap', 'name')).filter(({ name }) => /^nsp_l_/.test(String(name)));
    const map = choose(maps, pick);
    if (map !== undefined) await hand.remove('policystringmap', String(map.name));
  },
} as const;

/** What is said, with the command that undoes it, and left: it is not ours. */
const FOREIGN = {
  'bind a policy of theirs': async (hand: Hand, pick: number) => {
    const server = choose(
      (await rowsOf(hand, 'csvserver', 'name')).filter((row) => row.servicetype === 'SSL'),
      pick,
    );
    if (server === undefined) return;
    const policyname = `theirs-${pick}`;
    await hand.add('sslpolicy', policyname, { rule: 'client.ip.src.eq(192.0.2.99)', action: 'RESET' });
    await hand.add('sslvserver_sslpolicy_binding', String(server.name), {
      policyname,
      type: 'CLIENTHELLO_REQ',
      priority: 20 + pick,
    });
  },
  'disable a server under members': async (hand: Hand, pick: number) => {
    const row = choose(await rowsOf(hand, 'servicegroup_servicegroupmember_binding', 'servicegroupname'), pick);
    if (row !== undefined) await hand.disable('server', String(row.servername));
  },
} as const;

const EDITS = { ...KINDS, ...FOREIGN };

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...(Object.keys(EDITS) as Damage['kind'][])),
  pick: fc.nat(200),
});

const SAID_ONLY = /^(PolicyForeign|ServerDisabled) /;

/** Somebody does all of it, except what the appliance itself refuses. */
async function spoil(at: AuditedWorld, all: readonly Damage[]): Promise<void> {
  const hand = new Hand(at);
  for (const { kind, pick } of all) {
    try {
      await EDITS[kind](hand, pick);
    } catch (error) {
      if (!(error instanceof NitroError)) throw error;
    }
  }
}

/** Lines of what is not ours: policies, where they are bound, and servers. */
const theirs = (at: AuditedWorld): string[] =>
  at.appliance
    .runningConfig()
    .split('\n')
    .filter((line) => /theirs-|^(add|set|disable) server /.test(line))
    .sort();

/** What each cluster has at the end of a history. */
function lastStates(last: readonly ReceivedEvent[]): Map<string, readonly IngressState[]> {
  return new Map(
    last.flatMap(({ data }) =>
      'listed' in data && 'ingresses' in data ? [[data.cluster, data.ingresses] as const] : [],
    ),
  );
}

/** Types whose objects are ours by their mark alone. */
const MARKED = ['csvserver', 'lbvserver', 'servicegroup', 'sslpolicy', 'responderpolicy', 'responderaction'] as const;

interface Taken {
  readonly type: (typeof MARKED)[number];
  readonly pick: number;
}

const taken: fc.Arbitrary<Taken> = fc.record({ type: fc.constantFrom(...MARKED), pick: fc.nat(200) });

/** Somebody takes objects over: the mark makes way for a word of his. @returns their names. */
async function takeOver(at: AuditedWorld, all: readonly Taken[]): Promise<Set<string>> {
  const hand = new Hand(at);
  const names = new Set<string>();
  for (const { type, pick } of all) {
    const by = type === 'servicegroup' ? 'servicegroupname' : 'name';
    // What exists once for the system is known by its name, whatever its comment.
    const rows = (await rowsOf(hand, type, by)).filter((row) => !/^nsp-reset/.test(String(row[by])));
    const row = choose(rows, pick);
    if (row === undefined) continue;
    const name = String(row[by]);
    await hand.set(type, name, { comment: 'hands off' });
    names.add(`${type} ${name}`);
  }
  return names;
}

/** Lines of what was taken over, without where it is bound. */
const handsOff = (at: AuditedWorld): string[] =>
  at.appliance
    .runningConfig()
    .split('\n')
    .filter((line) => line.includes('hands off'))
    .sort();

/** Claims and records come back first, then what they stand for. */
const ROUNDS = 3;

const RUNS = runs(25);

describe.each([
  ['one cluster', ['east']],
  ['two clusters', ['east', 'west']],
])('%s', (_what, clusters) => {
  it('LIF-7: what was changed by hand comes back by what the audit asks for', async () => {
    await fc.assert(
      fc.asyncProperty(
        history(clusters),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async ({ events, last }, all) => {
          const at = await startAudited(clusters);
          try {
            for (const event of events) await at.deliver(event);
            for (const [cluster, ingresses] of lastStates(last)) await at.say(cluster, ...ingresses);
            expect(findingLines(await at.look())).toEqual([]);
            const before = at.objects();
            await spoil(at, all);
            const foreign = theirs(at);
            for (let round = 0; round < ROUNDS; round++) await at.answer(await at.look());
            expect(findingLines(await at.look()).filter((line) => !SAID_ONLY.test(line))).toEqual([]);
            expect(at.objects().filter((line) => !line.includes('theirs-'))).toEqual(before);
            expect(theirs(at)).toEqual(foreign);
          } finally {
            await at.stop();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('LIF-5: what somebody took over stays as it is, whatever else he did, and is said', async () => {
    await fc.assert(
      fc.asyncProperty(
        history(clusters),
        fc.array(taken, { minLength: 1, maxLength: 2 }),
        fc.array(damage, { maxLength: 2 }),
        async ({ events, last }, objects, all) => {
          const at = await startAudited(clusters);
          try {
            for (const event of events) await at.deliver(event);
            for (const [cluster, ingresses] of lastStates(last)) await at.say(cluster, ...ingresses);
            await spoil(at, all);
            await takeOver(at, objects);
            const before = handsOff(at);
            for (let round = 0; round < ROUNDS; round++) {
              await at.answer(await at.look());
              expect(handsOff(at)).toEqual(before);
            }
            const found = findingLines(await at.look());
            await at.answer(await at.look());
            expect(findingLines(await at.look())).toEqual(found);
            // Its Ingresses go, and so does all that is still ours.
            for (const cluster of clusters) await at.say(cluster);
            at.clock.now += 2 * 86_400_000;
            for (let round = 0; round < ROUNDS; round++) {
              await at.answer(await at.look({}, at.clock.now));
              expect(handsOff(at)).toEqual(before);
            }
          } finally {
            await at.stop();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
