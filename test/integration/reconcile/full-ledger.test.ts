import { describe, expect, it } from 'vitest';
import type { ReceivedEvent } from '../../../lib/contract/index.ts';
import { type BatchReport, reconcile } from '../../../lib/reconcile/index.ts';
import { askNobody, type World } from '../../support/engine.ts';
import { changed, snapshot, state, withdrawn, work } from '../../support/events.ts';
import { faulty } from '../../support/faulty.ts';
import { startTestWorld } from '../../support/test-world.ts';

/** Rule 9: a ledger that takes no more rows (1072) is the outcome of whose rows they are, and holds up nobody else. */

/** Delivers to an appliance whose ledger takes `room` more keys; keys that are there may be bound again. */
async function whenFull(at: World, room: number, ...events: ReceivedEvent[]): Promise<BatchReport> {
  const keys = new Set(rowsOf(at).map((row) => row.split(' ')[0]));
  let left = room;
  const writer = faulty(at.engine.writer, ({ op, type, body }) => {
    if (type !== 'policystringmap_pattern_binding' || !String(body.name).startsWith('nsp_l_')) return false;
    const key = String(body.key);
    if (op === 'remove') {
      if (keys.delete(key)) left += 1;
      return false;
    }
    if (op !== 'add' || keys.has(key)) return false;
    if (left === 0) return true;
    left -= 1;
    keys.add(key);
    return false;
  });
  return reconcile({ ...at.engine, writer }, events, askNobody);
}

/** `KEY VALUE` of the ledger's rows. */
function rowsOf(at: World): string[] {
  return at
    .config({ ledger: true })
    .flatMap((line) => /^bind policy stringmap nsp_l_\S+ (.*)/.exec(line)?.[1]?.replaceAll('"', '') ?? []);
}

const kinds = ({ outcomes }: BatchReport): string[] =>
  outcomes.map(({ detailType, data }) => `${detailType}${'name' in data ? ` ${data.name}` : ''}`);
const served = (at: World): string[] =>
  at.config().flatMap((line) => /^bind policy stringmap nsp_f_\S+ ([a-z]\S*)\.example\.com /.exec(line)?.[1] ?? []);

describe('rule 9: a ledger that takes no more rows', () => {
  it('a new Ingress, a withdrawal and a change in one batch → only the new one fails', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('old')), changed(11, state('other')));
    const report = await whenFull(
      at,
      0,
      changed(20, state('new')),
      withdrawn(30, 'old'),
      changed(40, state('other', { members: ['10.1.0.9'] })),
    );
    expect(kinds(report).sort()).toEqual(['Ingress Failed new', 'Ingress Programmed other', 'Ingress Removed old']);
    const reason = report.outcomes.flatMap(({ data }) => ('retry' in data ? data.reason : []));
    expect(reason).toEqual([
      'the appliance refused a record of this Ingress, so it is unfinished: write: 1072 Maximum resource limit reached',
    ]);
    expect(served(at)).toEqual(['other']);
    expect(at.config().filter((line) => line.includes('default-new'))).toEqual([]);

    expect(kinds(await at.deliver(changed(50, state('new'))))).toEqual(['Ingress Programmed new']);
  });

  it('a back end that is to drain has no row → its Ingress is not finished; the next comparison finishes it', async () => {
    const at = await startTestWorld({ settings: { drainSeconds: 60 } });
    await at.deliver(changed(10, state('old')));
    const report = await whenFull(at, 0, withdrawn(30, 'old'), changed(40, state('old2', { hosts: [] })));
    expect(kinds(report)).toContain('Ingress Failed old');
    expect(served(at)).toEqual([]);
    expect(at.config().filter((line) => line.startsWith('add lb vserver'))).toHaveLength(1);
    expect(rowsOf(at).filter((row) => row.startsWith('R.'))).toEqual([]);
    expect(rowsOf(at).find((row) => row.startsWith('I.'))).toMatch(/ 1;30;DP;/);

    expect(kinds(await at.deliver(withdrawn(30, 'old', { verify: ['appliance'] })))).toEqual(['Ingress Removed old']);
    expect(at.config()).toEqual([]);
    expect(rowsOf(at).find((row) => row.startsWith('I.'))).toMatch(/ 1;30;DA;/);
  });

  it('a watermark is not taken → the snapshot is refused, what it said is done, and a late event does not undo it', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('a')), changed(11, state('b')));
    const report = await whenFull(at, 0, snapshot(40, [state('b', { members: ['10.1.0.9'] })], { flagged: true }));
    expect(kinds(report).sort()).toEqual(['Ingress Programmed b', 'Ingress Removed a', 'Prune Refused']);
    expect(report.outcomes.at(-1)?.data).toMatchObject({ reason: expect.stringContaining('1072') });
    // Without the watermark, the tombstone stays.
    await at.deliver(changed(20, state('a')));
    expect(served(at)).toEqual(['b']);
  });

  it('not even the first row of a cluster is taken → all of it fail, and other clusters go on', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('a')));
    const stranger = { cluster: 'east', uid: 'uid-east' };
    const report = await whenFull(
      at,
      0,
      changed(20, state('x'), stranger),
      changed(21, state('y'), stranger),
      changed(30, state('a', { members: ['10.1.0.9'] })),
    );
    expect(kinds(report).sort()).toEqual(['Ingress Failed x', 'Ingress Failed y', 'Ingress Programmed a']);
    expect(served(at)).toEqual(['a']);
  });

  it('a tombstone of an Ingress without a record → that one fails; the rows that the batch frees are free for it', async () => {
    const at = await startTestWorld();
    await at.deliver(changed(10, state('a')));
    expect(kinds(await whenFull(at, 0, withdrawn(20, 'unknown')))).toEqual(['Ingress Failed unknown']);
    await at.deliver(withdrawn(30, 'a'));
    // The watermark takes the last free row, and frees the one of the tombstone.
    const report = await whenFull(at, 1, snapshot(40, [], { flagged: true }), withdrawn(50, 'unknown'));
    expect(kinds(report)).toContain('Ingress Removed unknown');
  });

  it('a row of a back end that is gone cannot be removed → the clean-up says so, and the next one goes on', async () => {
    let now = 1_000_000;
    const at = await startTestWorld({ settings: { drainSeconds: 60 }, now: () => now });
    await at.deliver(changed(10, state('a')));
    await at.deliver(withdrawn(20, 'a'));
    now += 120_000;
    const writer = faulty(
      at.engine.writer,
      ({ op, body }) => op === 'remove' && String(body.key ?? '').startsWith('R.'),
    );
    const [done] = (await reconcile({ ...at.engine, writer }, [work('clean-up')], askNobody)).work;
    expect(done).toMatchObject({ removed: 1, error: { code: 1072 } });
    expect((await at.deliver(work('clean-up'))).work).toEqual([{ work: 'clean-up', removed: 1 }]);
    expect(rowsOf(at).filter((row) => row.startsWith('R.'))).toEqual([]);
  });
});
