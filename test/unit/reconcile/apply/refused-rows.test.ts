import { describe, expect, it } from 'vitest';
import { encodeIdentity, encodeRetired, encodeWatermark, ingressKey } from '../../../../lib/ledger/index.ts';
import { NitroError } from '../../../../lib/nitro/index.ts';
import { refusedWrites } from '../../../../lib/reconcile/apply/refused-rows.ts';
import type { Task } from '../../../../lib/reconcile/decide/task.ts';

const full = new NitroError('add policystringmap_pattern_binding', 1072, 599, 'Maximum resource limit reached');
const owner = (cluster: string, name: string) => ({ cluster, namespace: 'default', name });
const task = (key: string, cluster = 'c1'): Task => ({ decision: { key, owner: owner(cluster, key) } }) as Task;
const part = { received: { cluster: 'c1', statements: [] }, identity: { uid: 'u' } };
const retirement = { owner: owner('c1', 'a'), ownerKey: 'a', backend: 'nsp-a' };
const mark = { from: '22', to: 'zz', sequence: 40 };

describe('rule 9: a refused row → the owners and snapshots that it concerns', () => {
  const rows = {
    I: ingressKey('a'),
    R: encodeRetired({ ...retirement, due: 5 }).key,
    W: encodeWatermark(mark).key,
    U: encodeIdentity({ uid: 'u' }, 'c1').key,
  };

  it.each<[string, string[], string[], string[], number]>([
    ['no row → none', [], [], [], 0],
    ['I → its Ingress has no record', [rows.I], ['a'], [], 0],
    ['R → its Ingress is not finished', [rows.R], [], ['a'], 0],
    ['W → its snapshot', [rows.W], [], [], 1],
    ['U → all Ingresses of the cluster, and of no other', [rows.U], ['a', 'b'], [], 0],
    ['a key of no task → none', [ingressKey('z')], [], [], 0],
  ])('%s', (_what, refused, unrecorded, unfinished, marks) => {
    const tasks = [task('a'), task('b'), task('c', 'c2')];
    const writes = refusedWrites(new Map(refused.map((key) => [key, full])), part, {
      tasks,
      retired: [retirement],
      watermarks: [mark],
    });
    expect([...writes.unrecorded.keys()]).toEqual(unrecorded);
    expect([...writes.unfinished.keys()]).toEqual(unfinished);
    expect(writes.watermarks.size).toBe(marks);
    for (const failures of [...writes.unrecorded.values(), ...writes.unfinished.values()]) {
      expect(failures).toEqual([{ error: full }]);
    }
  });
});
