import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit } from '../../../lib/audit/index.ts';
import { reconcile } from '../../../lib/reconcile/index.ts';
import { breaking } from '../../support/breaking.ts';
import { askNobody, startWorld, type World, type WorldOptions } from '../../support/engine.ts';
import { work } from '../../support/events.ts';
import { type Asked, faulty } from '../../support/faulty.ts';
import { deliveries, history } from '../../support/history.ts';
import { runs } from '../../support/patience.ts';

/** LIF-8, CON-4 over random clusters: whatever goes wrong with one Ingress, the others have what they are to have. */

const RUNS = runs(20);
const CLUSTERS = ['east', 'west'];

/** What the audit remarks, sorted; not what it remarks of any appliance that was just set up. */
async function remarks(world: World, drainSeconds: number, now: number): Promise<string[]> {
  const settings = { appliance: 'appliance', systemId: 'nsp', clusters: CLUSTERS, drainSeconds };
  const { findings } = await audit(world.engine.reader, { ...settings, saveAfterSeconds: 'never' }, now);
  return findings
    .filter(({ code }) => !['PrimarySince', 'PlaceholderExpires', 'LedgerMissing', 'AddressTaken'].includes(code))
    .map(({ code, object }) => `${code} ${object}`)
    .sort();
}

async function inWorld(act: (world: World) => Promise<void>, options: WorldOptions): Promise<void> {
  const world = await startWorld(options);
  try {
    await act(world);
  } finally {
    await world.stop();
  }
}

describe('an Ingress whose port is taken', () => {
  const told = history(CLUSTERS, 'clashing').chain(({ events, last }) =>
    deliveries(events).map((batches) => [...batches, [...last]]),
  );
  const breaks = fc.array(fc.option(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.boolean()), { nil: undefined }), {
    minLength: 3,
    maxLength: 6,
  });

  it('waits, and takes nothing from those who are there: after every batch all else is as it should be', async () => {
    await fc.assert(
      fc.asyncProperty(told, breaks, fc.boolean(), async (batches, points, foreign) => {
        const broken = breaking();
        const config = foreign ? 'add lb vserver theirs TCP 192.0.2.10 8443\n' : '';
        await inWorld(
          async (world) => {
            const waiting = new Set<string>();
            for (const [index, batch] of batches.entries()) {
              const point = points[index % points.length];
              if (point !== undefined) broken.arm(...point);
              const { outcomes } = await world.deliver(...batch).catch(() => {
                broken.disarm();
                return world.deliver(...batch);
              });
              broken.disarm();
              for (const { detailType, data } of outcomes) {
                if (!('findings' in data) || detailType === 'Ingress Stale') continue;
                const name = `${data.cluster} ${data.namespace}/${data.name}`;
                const waits = data.findings.some(({ code }) => code === 'FrontendInUse');
                if (waits) waiting.add(name);
                else waiting.delete(name);
              }
              const expected = [...waiting].map((name) => `Unfinished Ingress ${name}`);
              expect((await remarks(world, 0, 1_000_000)).filter((line) => !expected.includes(line))).toEqual([]);
            }
          },
          { between: broken.between, appliance: { config } },
        );
      }),
      { numRuns: RUNS },
    );
  });
});

describe('what the appliance refuses for good', () => {
  const told = history(CLUSTERS, 'wide').chain(({ events, last }) =>
    deliveries(events).map((batches) => ({ batches, last })),
  );
  /** The same items each time, one in so many; nothing of the ledger, without which nothing is written. */
  const refusing =
    (rate: number, salt: number, batch: number) =>
    ({ op, type, body }: Asked): boolean => {
      const text = JSON.stringify(body);
      if (text.includes('nsp_l_') || (op === 'remove' && type !== 'policystringmap_pattern_binding')) return false;
      const hash = createHash('sha256').update(`${salt} ${batch} ${op} ${type} ${text}`).digest();
      return hash.readUInt32BE(0) % rate === 0;
    };
  /** Monitors have no mark: what the appliance refused of them and kept is found by their back end only. */
  const comparable = (world: World): string[] =>
    world
      .config()
      .filter((line) => !line.startsWith('add lb monitor'))
      .map((line) => line.replace(/ -priority \d+/, ''))
      .sort();

  it.each([0, 300])(
    'is made good by the last state, drain time %i s: nothing is missing, nothing left',
    async (drain) => {
      const settings = { drainSeconds: drain };
      await fc.assert(
        fc.asyncProperty(told, fc.integer({ min: 3, max: 30 }), fc.nat(), async ({ batches, last }, rate, salt) => {
          let now = 1_000_000;
          const options = { settings, now: () => now };
          let expected: string[] = [];
          await inWorld(async (world) => {
            await world.deliver(...last);
            expected = comparable(world);
          }, options);
          await inWorld(async (world) => {
            for (const [index, batch] of batches.entries()) {
              const writer = faulty(world.engine.writer, refusing(rate, salt, index));
              await reconcile({ ...world.engine, writer }, batch, askNobody);
            }
            await world.deliver(...last);
            now += 400_000;
            await world.deliver(work('clean-up'));
            expect(comparable(world)).toEqual(expected);
            expect(await remarks(world, drain, now)).toEqual([]);
          }, options);
        }),
        { numRuns: RUNS },
      );
    },
  );
});
