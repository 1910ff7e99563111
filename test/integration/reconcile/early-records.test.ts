import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { LIMITS } from '../../../lib/netscaler/index.ts';
import { reconcile } from '../../../lib/reconcile/index.ts';
import type { Outcome } from '../../../lib/reconcile/report/ingress-outcome.ts';
import { breaking } from '../../support/breaking.ts';
import { askNobody, hostsOf, type World } from '../../support/engine.ts';
import { estate, hostOf, nameOf, tenantOf } from '../../support/estate.ts';
import { CLUSTER, changed, snapshot, state } from '../../support/events.ts';
import { faulty } from '../../support/faulty.ts';
import { startTestWorld } from '../../support/test-world.ts';

/** Rules 7, 9 and 15 of a batch whose first pending records are written while its plan is computed. */

/** Two calls of records go out early; the rest goes with the watermark. */
const COUNT = 2 * LIMITS.bulk + 10;
const STATES = estate(COUNT);
const EVENT = snapshot(1_000, STATES, { flagged: true });

/** Keys of the ledger's rows. */
const ledgerKeys = (at: World): string[] =>
  at.config({ ledger: true }).flatMap((line) => /^bind policy stringmap nsp_l_\S+ "?([^\s"]+)/.exec(line)?.[1] ?? []);

const keysOf = (at: World, letter: string): string[] => ledgerKeys(at).filter((key) => key.startsWith(letter));

const notProgrammed = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ detailType }) => detailType.startsWith('Ingress ') && detailType !== 'Ingress Programmed');

async function whole(): Promise<string[]> {
  const at = await startTestWorld();
  await at.deliver(EVENT);
  return at.config().sort();
}

/** Keys of the owners of objects of back ends. */
const ownersOf = (at: World): string[] => at.config().flatMap((line) => /;o=([a-z0-9]{26})/.exec(line)?.[1] ?? []);

const keyOf = (index: number): string =>
  ownerKey({ cluster: CLUSTER, namespace: tenantOf(index), name: nameOf(index) });

/** The servers of back ends, each with the key of its owner. */
async function expectedServers(): Promise<{ readonly name: string; readonly owner: string | undefined }[]> {
  const at = await startTestWorld();
  await at.deliver(EVENT);
  return at.config().flatMap((line) => {
    const name = /^add lb vserver (\S+) .*;o=([a-z0-9]{26})/.exec(line);
    return name === null ? [] : [{ name: String(name[1]), owner: name[2] }];
  });
}

describe('records and objects that are written while the plan is computed', () => {
  it('rules 3, 7 and 15, LIF-2: broken off at any of the first calls → the batch comes again and ends the same', async () => {
    const expected = await whole();
    for (const call of [1, 2, 3, 6, 9, 12]) {
      const { between, arm } = breaking();
      const at = await startTestWorld({ between });
      arm(call, call % 2 === 1);
      await expect(at.deliver(EVENT)).rejects.toThrow('broken on purpose');
      const records = new Set(keysOf(at, 'I'));
      expect(records.size).toBeGreaterThanOrEqual(LIMITS.bulk / 2);
      // Rule 15: no record is without the row that says which cluster it is of.
      expect(keysOf(at, 'U')).toHaveLength(1);
      // Rule 3: a watermark stands beside all pending records only.
      if (keysOf(at, 'W').length > 0) expect(records.size).toBe(COUNT);
      // Rule 7: each object has a record. LIF-2: no host leads to any.
      expect(ownersOf(at).filter((key) => !records.has(`I.${key}`))).toEqual([]);
      expect(hostsOf(at).size).toBe(0);

      const { outcomes } = await at.deliver(EVENT);
      expect(notProgrammed(outcomes)).toEqual([]);
      expect(at.config().sort()).toEqual(expected);
      expect(keysOf(at, 'I')).toHaveLength(COUNT);
      expect(keysOf(at, 'W')).toHaveLength(1);
    }
  });

  it('an object that exists without our mark → its Ingress fails, and the others are programmed', async () => {
    const at = await startTestWorld();
    const [server] = (await expectedServers()).filter(({ owner }) => owner === keyOf(7));
    await at.engine.writer.add([{ type: 'lbvserver', body: { name: server?.name, servicetype: 'TCP' } }]);
    const { outcomes } = await at.deliver(EVENT);
    expect(notProgrammed(outcomes)).toMatchObject([{ detailType: 'Ingress Failed', data: { name: nameOf(7) } }]);
    expect(hostsOf(at).size).toBe(COUNT - 1);
    expect(at.config().filter((line) => line.includes(`add lb vserver ${server?.name} TCP`))).toHaveLength(1);
  });

  it('CON-4: the address is another’s → nothing but pending records without routes is there', async () => {
    const at = await startTestWorld({
      appliance: { config: 'add cs vserver web SSL 192.0.2.10 443\n' },
    });
    const { outcomes } = await at.deliver(EVENT);
    expect(outcomes.filter(({ detailType }) => detailType === 'Ingress Programmed')).toEqual([]);
    expect(ownersOf(at)).toEqual([]);
    const records = at.config({ ledger: true }).flatMap((line) => {
      const value = /^bind policy stringmap nsp_l_\S+ "?I\.\w+"? "?([^\s"]+)/.exec(line)?.[1];
      return value === undefined ? [] : [value.split(';')];
    });
    expect(records).toHaveLength(COUNT);
    // Live and pending, no hash, no routes.
    expect(records.filter(([, , kind, hash, , , , routes]) => kind !== 'LP' || hash !== '' || routes !== '0')).toEqual(
      [],
    );
  });

  it('LIF-1: as many calls as one list of records needs, and the same snapshot again writes nothing', async () => {
    const calls: string[] = [];
    const at = await startTestWorld({
      between: (transport) => (call) => {
        if (JSON.stringify(call.body ?? '').includes('nsp_l_') && call.method === 'POST') calls.push(call.path);
        return transport(call);
      },
    });
    await at.deliver(EVENT);
    // Map, cluster, records and watermark before the plan; records after it.
    expect(calls).toHaveLength(Math.ceil((COUNT + 3) / LIMITS.bulk) + Math.ceil(COUNT / LIMITS.bulk));
    at.requests();
    await at.deliver({ ...EVENT, data: { ...EVENT.data, sequence: 2_000, flagged: false } } as typeof EVENT);
    expect(at.requests().writes).toBe(0);
  });

  it('rule 9: a record that is refused → its Ingress fails, nothing of it is written, and the others are programmed', async () => {
    const at = await startTestWorld();
    const refusedKey = `I.${keyOf(7)}`;
    const writer = faulty(at.engine.writer, ({ op, body }) => op === 'add' && body.key === refusedKey);
    const { outcomes } = await reconcile({ ...at.engine, writer }, [EVENT], askNobody);
    const failed = outcomes.filter(({ detailType }) => detailType === 'Ingress Failed');
    expect(failed).toMatchObject([{ data: { name: nameOf(7) } }]);
    expect(hostsOf(at).size).toBe(COUNT - 1);
    expect(hostsOf(at).has(hostOf(7))).toBe(false);
    expect(at.config().filter((line) => line.includes(`${nameOf(7)}-`))).toEqual([]);
  });

  it('rule 9: the row of the cluster is refused → all Ingresses fail, and nothing of them is written', async () => {
    const at = await startTestWorld();
    const writer = faulty(at.engine.writer, ({ op, body }) => op === 'add' && body.key === 'U');
    const { outcomes } = await reconcile({ ...at.engine, writer }, [EVENT], askNobody);
    expect(outcomes.filter(({ detailType }) => detailType === 'Ingress Failed')).toHaveLength(COUNT);
    expect(ownersOf(at)).toEqual([]);
  });

  it('LIF-5: an object of another Ingress was taken over → the plan is made again, and all records are there', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('a')));
    const [group] = await at.engine.reader.rows('servicegroup');
    await at.engine.writer.set('servicegroup', [
      { servicegroupname: group?.servicegroupname, comment: 'mine, hands off' },
    ]);
    const { outcomes } = await at.deliver(
      snapshot(1_000, [...STATES, state('a', { members: ['10.1.0.9'] })], { flagged: true }),
    );
    expect(notProgrammed(outcomes)).toMatchObject([{ data: { name: 'a', findings: [{ code: 'ObjectTakenOver' }] } }]);
    expect(keysOf(at, 'I')).toHaveLength(COUNT + 1);
    expect(at.config().filter((line) => line.includes('hands off'))).toHaveLength(1);
  });

  it('observe → nothing is written', async () => {
    const at = await startTestWorld({ settings: { policy: 'observe' } });
    at.requests();
    const { changes } = await at.deliver(EVENT);
    expect(changes.length).toBeGreaterThan(COUNT);
    expect(at.requests().writes).toBe(0);
    expect(at.config({ ledger: true })).toEqual([]);
  });
});
