import { expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import { LIMITS } from '../../../lib/netscaler/index.ts';
import type { Transport } from '../../../lib/nitro/index.ts';
import { type Outcome, reconcile } from '../../../lib/reconcile/index.ts';
import { askNobody } from '../../support/engine.ts';
import { estate } from '../../support/estate.ts';
import { CLUSTER, snapshot } from '../../support/events.ts';
import { startTestWorld } from '../../support/test-world.ts';

/** Protocol rule 9, REP-1: the outcomes of a large plan are published in pieces, each before its records. */

const COUNT = 2 * LIMITS.bulk + 10;
const EVENT = snapshot(1_000, estate(COUNT), { flagged: true });

const keyOf = ({ data }: Outcome): string =>
  'namespace' in data ? ownerKey({ cluster: CLUSTER, namespace: data.namespace, name: data.name }) : '';

/** Notes the keys of applied records before they are sent. */
const watching =
  (sent: (keys: readonly string[]) => void) =>
  (transport: Transport): Transport =>
  (call) => {
    const rows = (call.body as Record<string, unknown> | undefined)?.policystringmap_pattern_binding;
    const all = Array.isArray(rows) ? rows : rows === undefined ? [] : [rows];
    const applied = all.filter(({ key, value }) => String(key).startsWith('I.') && /^1;\d+;.A;/.test(String(value)));
    if (call.method === 'POST' && applied.length > 0) sent(applied.map(({ key }) => String(key).slice(2)));
    return transport(call);
  };

it('no applied record is sent before its outcome is published, and some are sent before all are', async () => {
  const published = new Set<string>();
  const before: number[] = [];
  const unannounced: string[] = [];
  const between = watching((keys) => {
    before.push(published.size);
    unannounced.push(...keys.filter((key) => !published.has(key)));
  });
  const at = await startTestWorld({ between });
  const { outcomes } = await reconcile(at.engine, [EVENT], askNobody, async (some) => {
    for (const outcome of some) published.add(keyOf(outcome));
  });
  expect(unannounced).toEqual([]);
  expect(before).toHaveLength(3);
  expect(before[0]).toBeLessThan(COUNT / 2);
  const programmed = outcomes.filter(({ detailType }) => detailType === 'Ingress Programmed');
  expect(new Set(programmed.map(keyOf)).size).toBe(COUNT);
});

it('the bus refuses a piece → its records stay pending, and the batch comes again with their outcomes', async () => {
  const at = await startTestWorld();
  let pieces = 0;
  const first = new Set<string>();
  const refusing = async (some: readonly Outcome[]): Promise<void> => {
    pieces += 1;
    if (pieces === 2) throw new Error('the bus is full');
    for (const outcome of some) first.add(keyOf(outcome));
  };
  await expect(reconcile(at.engine, [EVENT], askNobody, refusing)).rejects.toThrow('the bus is full');
  const states = at.config({ ledger: true }).flatMap((line) => {
    const [, key, state] = /^bind policy stringmap nsp_l_\S+ "?I\.(\w+)"? "?1;\d+;.([AP]);/.exec(line) ?? [];
    return key === undefined ? [] : [{ key, state }];
  });
  expect(states).toHaveLength(COUNT);
  const applied = states.filter(({ state }) => state === 'A').map(({ key }) => key);
  expect(new Set(applied)).toEqual(first);

  const again = new Set<string>();
  await reconcile(at.engine, [EVENT], askNobody, async (some) => {
    for (const outcome of some) again.add(keyOf(outcome));
  });
  expect(states.filter(({ key, state }) => state === 'P' && !again.has(key))).toEqual([]);
});
