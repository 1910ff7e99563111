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

describe('records that are written while the plan is computed', () => {
  it('rule 7: broken off at one of the first calls → the batch comes again and ends the same', async () => {
    const expected = await whole();
    // Before or after the first and the second early call, and before the call with the watermark.
    for (const [call, done] of [
      [1, true],
      [2, false],
      [2, true],
      [3, false],
    ] as const) {
      const { between, arm } = breaking();
      const at = await startTestWorld({ between });
      arm(call, done);
      await expect(at.deliver(EVENT)).rejects.toThrow('broken on purpose');
      const records = keysOf(at, 'I');
      expect(records.length).toBeGreaterThanOrEqual(call === 1 || !done ? LIMITS.bulk / 2 : LIMITS.bulk);
      // Rule 15: no record is without the row that says which cluster it is of. Rule 3: no watermark is beside them yet.
      expect(keysOf(at, 'U')).toHaveLength(1);
      expect(keysOf(at, 'W')).toEqual([]);
      // Nothing but the ledger is there.
      expect(at.config()).toEqual([]);

      const { outcomes } = await at.deliver(EVENT);
      expect(notProgrammed(outcomes)).toEqual([]);
      expect(at.config().sort()).toEqual(expected);
      expect(keysOf(at, 'I')).toHaveLength(COUNT);
      expect(keysOf(at, 'W')).toHaveLength(1);
    }
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
    const refusedKey = `I.${ownerKey({ cluster: CLUSTER, namespace: tenantOf(7), name: nameOf(7) })}`;
    const writer = faulty(at.engine.writer, ({ op, body }) => op === 'add' && body.key === refusedKey);
    const { outcomes } = await reconcile({ ...at.engine, writer }, [EVENT], askNobody);
    const failed = outcomes.filter(({ detailType }) => detailType === 'Ingress Failed');
    expect(failed).toMatchObject([{ data: { name: nameOf(7) } }]);
    expect(hostsOf(at).size).toBe(COUNT - 1);
    expect(hostsOf(at).has(hostOf(7))).toBe(false);
    expect(at.config().filter((line) => line.includes(`${nameOf(7)}-`))).toEqual([]);
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
