import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ownerKey, type ReceivedEvent } from '../../../../lib/contract/index.ts';
import type { Transport } from '../../../../lib/nitro/index.ts';
import { startWorld, type World } from '../../../support/engine.ts';
import * as events from '../../../support/events.ts';
import { clusters, DRAIN_SECONDS, NOW } from './scenario.ts';

/**
 * An appliance that an earlier version of the engine configured (running-config.txt, made by make.ts). An upgrade must
 * not touch it: the graph, the names, the hashes and the rows of the ledger are the same.
 */

const CONFIG = readFileSync(new URL('running-config.txt', import.meta.url), 'utf8');
/** After everything that the ledger records, before its tombstone: a later view would remove that. */
const SEQUENCE = NOW - 2500;

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Ingresses with a finding: a record holds a digest of its text, and is written anew once where the text changes. */
const WITH_FINDING = new Set([ownerKey({ cluster: 'one', namespace: 'default', name: 'empty' })]);

/** Notes the rows and objects that are written, but the records of Ingresses with a finding. */
const noting =
  (writes: string[]) =>
  (transport: Transport): Transport =>
  async (call) => {
    const isRead = call.method === 'GET' || call.path.includes('action=GET') || call.path === 'config/login';
    if (!isRead) {
      const rows = Object.values((call.body ?? {}) as Record<string, unknown>).flat() as { key?: string }[];
      const unexpected = rows.filter(({ key = '' }) => !WITH_FINDING.has(key.replace(/^I\./, '')));
      if (rows.length === 0) writes.push(`${call.method} ${call.path}`);
      writes.push(...unexpected.map((row) => `${call.method} ${call.path} ${JSON.stringify(row)}`));
    }
    return transport(call);
  };

async function start(): Promise<{ at: World; writes: string[] }> {
  const writes: string[] = [];
  world = await startWorld({
    now: () => NOW,
    settings: { drainSeconds: DRAIN_SECONDS },
    appliance: { config: CONFIG },
    between: noting(writes),
  });
  return { at: world, writes };
}

/** Complete views of both clusters. */
const views = (verify: boolean): ReceivedEvent[] =>
  clusters(events).map(({ cluster, uid, ingresses }) =>
    events.snapshot(SEQUENCE, ingresses, { cluster, uid, ...(verify ? { verify: ['appliance'] } : {}) }),
  );

describe('an appliance that the previous version configured', () => {
  it('is loaded as it was saved', async () => {
    const { at } = await start();
    expect(at.appliance.problems).toEqual([]);
    expect(at.appliance.runningConfig()).toBe(CONFIG.slice(CONFIG.indexOf('\n') + 1));
  });

  it.each([
    ['the ledger is trusted', false],
    ['the real objects are compared', true],
  ])('the same desired state → an empty plan and no write: %s', async (_how, verify) => {
    const { at, writes } = await start();
    at.requests();
    for (const view of views(verify)) {
      const { changes, outcomes } = await at.deliver(view);
      expect(changes).toEqual([]);
      expect(outcomes.filter(({ detailType }) => detailType === 'Ingress Failed')).toEqual([]);
    }
    expect(writes).toEqual([]);
    expect(at.requests().total).toBeGreaterThan(verify ? 20 : 2);
    // What was written once, the text of a finding, is not written again.
    for (const view of views(verify)) await at.deliver(view);
    expect(at.requests().writes).toBe(0);
  });

  it('a change is written: the same state is what makes the plan empty', async () => {
    const { at, writes } = await start();
    const [one] = clusters(events);
    const other = events.state('plain', { members: ['10.1.0.99'] });
    await at.deliver(events.changed(NOW, other, { cluster: one!.cluster, uid: one!.uid }));
    expect(writes.join('\n')).toContain('10.1.0.99');
  });
});
