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
  readonly kind: keyof typeof KINDS;
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
  'remove a ledger': async (hand: Hand, pick: number) => {
    const maps = (await rowsOf(hand, 'policystringmap', 'name')).filter(({ name }) => /^nsp_l_/.test(String(name)));
    const map = choose(maps, pick);
    if (map !== undefined) await hand.remove('policystringmap', String(map.name));
  },
} as const;

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...(Object.keys(KINDS) as Damage['kind'][])),
  pick: fc.nat(200),
});

/** Somebody does all of it, except what the appliance itself refuses. */
async function spoil(at: AuditedWorld, all: readonly Damage[]): Promise<void> {
  const hand = new Hand(at);
  for (const { kind, pick } of all) {
    try {
      await KINDS[kind](hand, pick);
    } catch (error) {
      if (!(error instanceof NitroError)) throw error;
    }
  }
}

/** What each cluster has at the end of a history. */
function lastStates(last: readonly ReceivedEvent[]): Map<string, readonly IngressState[]> {
  return new Map(last.flatMap(({ data }) => ('listed' in data ? [[data.cluster, data.ingresses] as const] : [])));
}

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
            for (let round = 0; round < ROUNDS; round++) await at.answer(await at.look());
            expect(findingLines(await at.look())).toEqual([]);
            expect(at.objects()).toEqual(before);
          } finally {
            await at.stop();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
