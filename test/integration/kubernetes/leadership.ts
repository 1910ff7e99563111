import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ingress, PATHS } from './manifests.ts';
import type { Rendered, ReplicaProcess, Stage } from './stage.ts';

export function leadership(stage: () => Stage): void {
  let objects: Rendered[];
  let first: ReplicaProcess;
  let second: ReplicaProcess;
  const sequences = (by: string): number[] =>
    stage()
      .cloud.by(by)
      .flatMap(({ detail }) => ('sequence' in detail.data ? [detail.data.sequence] : []));
  /** Names in the last snapshot that a replica published; it covers everything. */
  const snapshot = (by: string): string[] => {
    const last = stage()
      .cloud.by(by)
      .findLast(({ detailType }) => detailType === 'Cluster Snapshot');
    const data = last?.detail.data;
    return data !== undefined && 'ingresses' in data && 'listed' in data
      ? data.ingresses.map(({ name }) => name).sort()
      : [];
  };
  const there = async (): Promise<string[]> =>
    (await stage().plane.ok('GET', PATHS.ingresses)).items.map((item: Rendered) => item.metadata.name).sort();

  beforeAll(async () => {
    objects = await stage().install();
    first = await stage().replica('first', objects);
    await eventually(() => first.says('this replica became the leader'), 'first leads');
    second = await stage().replica('second', objects);
    await Promise.all([first.ready(), second.ready()]);
  });
  afterAll(async () => {
    stage().cloud.delayMs = 0;
    await Promise.all([first?.signal('SIGKILL'), second?.signal('SIGKILL')]);
  });

  it('is one replica’s: the other has everything at hand, and publishes nothing', async () => {
    await eventually(() => snapshot('first').length > 0, 'the first snapshot');
    expect(snapshot('first')).toEqual(await there());
    expect(second.says('this replica became the leader')).toBe(false);
    expect(stage().cloud.by('second')).toEqual([]);
    expect((await second.get('/metrics')).text).toContain('nspass_forwarder_leader 0');
  });

  it('is taken over when the leader is killed in the middle of a batch', async () => {
    const { plane, cloud } = stage();
    // The bus has the events, and the leader does not know it.
    cloud.delayMs = 5_000;
    const before = cloud.by('first').length;
    for (let index = 0; index < 15; index += 1) await plane.ok('POST', PATHS.ingresses, ingress(`burst-${index}`));
    await eventually(() => cloud.by('first').length > before, 'a batch is under way');
    await first.signal('SIGKILL');
    cloud.delayMs = 0;
    await eventually(() => snapshot('second').length > 0, 'second publishes');
    expect(snapshot('second')).toEqual(await there());
    expect(Math.min(...sequences('second'))).toBeGreaterThan(Math.max(...sequences('first')));
  });

  it('is handed over on SIGTERM, after what was left was published', async () => {
    const { plane } = stage();
    const third = await stage().replica('third', objects);
    await third.ready();
    await plane.ok('POST', PATHS.ingresses, ingress('last'));
    const count = (await there()).length;
    await eventually(
      async () => (await second.get('/metrics')).text.includes(`\nnspass_forwarder_ingresses ${count}\n`),
      'last is known',
    );
    await second.signal('SIGTERM');
    expect(second.exitCode).toBe(0);
    await eventually(() => snapshot('third').length > 0, 'third publishes');
    expect(snapshotHas('second', 'last')).toBe(true);
    expect(snapshot('third')).toEqual(await there());
    expect(Math.min(...sequences('third'))).toBeGreaterThan(Math.max(...sequences('second')));
    await third.signal('SIGTERM');
  });

  const snapshotHas = (by: string, name: string): boolean =>
    stage()
      .cloud.by(by)
      .some(({ detail }) => detail.subject === `shop/${name}`);
}
