import { afterEach, describe, expect, it } from 'vitest';
import { hostsOf, startWorld, type World } from '../../support/engine.ts';
import { batches, estate, snapshotEvents } from '../../support/estate.ts';
import { changed } from '../../support/events.ts';

/** A batch that is about few of many rows reads its own alone: it must see all that it would write over. */

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const MANY = 1_200;
const BATCH = 140;

describe('LIF-7: a row that somebody made for a host which a large batch wants', () => {
  it.each([
    ['leads to another back end', (rows: ReadonlyMap<string, string>) => [...rows.values()][0] as string],
    ['says something of its own', () => 'mine'],
  ])('%s: the host leads to its own Ingress afterwards', async (_what, otherThan) => {
    world = await startWorld();
    const states = estate(MANY + BATCH);
    for (const batch of batches(snapshotEvents(states.slice(0, MANY), 1_000, { flagged: true }))) {
      await world.deliver(...batch);
    }
    const added = states.slice(MANY);
    const host = added[7]?.rules[0]?.host as string;
    const maps = (await world.engine.reader.rows('policystringmap')).map(({ name }) => String(name));
    const known = hostsOf(world);
    const holding = [];
    for (const name of maps) {
      const rows = await world.engine.reader.rows('policystringmap_pattern_binding', { name });
      if (rows.some(({ key }) => known.has(String(key)))) holding.push(name);
    }
    expect(holding).toHaveLength(1);
    await world.engine.writer.add([
      { type: 'policystringmap_pattern_binding', body: { name: holding[0] ?? '', key: host, value: otherThan(known) } },
    ]);

    const { outcomes } = await world.deliver(...added.map((ingress, index) => changed(20_000 + index, ingress)));
    expect(new Set(outcomes.map(({ detailType }) => detailType))).toEqual(new Set(['Ingress Programmed']));
    const after = hostsOf(world);
    expect(new Set(after.values()).size).toBe(MANY + BATCH);
    expect(after.get(host)).not.toBe(otherThan(known));
  });
});
