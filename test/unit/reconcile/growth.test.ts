import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../lib/contract/index.ts';
import type { NitroReader, NitroRow } from '../../../lib/nitro/index.ts';
import type { Task, TaskAction } from '../../../lib/reconcile/decide/task.ts';
import { readFrontendScopes } from '../../../lib/reconcile/read/reader.ts';
import { indexTasks } from '../../../lib/reconcile/read/task-index.ts';
import { frontendsOf } from '../../../lib/route/index.ts';
import { movingScope, PLAN_CONTEXT } from '../../support/plan-scope.ts';

/** The cost of reading grows with owners and front ends, never with their product. Counted, not timed. */

/** Answers every map with the rows of the scope, and everything else with nothing. */
function readerOf(rows: ReadonlyMap<string, readonly NitroRow[]>): NitroReader {
  return {
    rows: async (type, query) =>
      type === 'policystringmap_pattern_binding' ? [...(rows.get(query?.name ?? '') ?? [])] : [],
    rowsOf: async (_type, names) => new Map(names.map((name) => [name, rows.get(name) ?? []])),
    rowsBeside: async () => undefined,
    batch: async (queries) => queries.map(() => []),
    count: async () => 0,
  };
}

/** Counts reads of the fields of tasks, and items that are joined to a text, while the front ends of a plan are read. */
async function operations(count: number, addresses: number, action: TaskAction): Promise<number> {
  let operations = 0;
  const counted = <T extends object>(object: T): T =>
    new Proxy(object, {
      get(target, field) {
        operations += 1;
        return Reflect.get(target, field);
      },
    });
  const scope = movingScope(count, addresses);
  const tasks = scope.owners.map(({ key, owner, wanted, row }): Task => {
    expect(ownerKey(owner)).toBe(key);
    const decision = { key, owner, row, state: undefined, verify: false, sequence: 2, by: { kind: 'single' } };
    const task = { decision, wanted, hashes: row!.hashes, findings: [], action } as unknown as Task;
    return counted(task);
  });
  const frontends = [
    ...new Map(
      scope.owners.flatMap(({ wanted }) => frontendsOf(wanted!.routes)).map((at) => [JSON.stringify(at), at]),
    ).values(),
  ];
  const rows = new Map(
    scope.frontends.map(({ frontend, rows }) => [
      PLAN_CONTEXT.names.frontendMap(frontend),
      rows.map((row): NitroRow => ({ ...row, name: PLAN_CONTEXT.names.frontendMap(frontend) })),
    ]),
  );
  const { join } = Array.prototype;
  Array.prototype.join = function (...args) {
    operations += this.length;
    return join.apply(this, args);
  };
  try {
    await readFrontendScopes(readerOf(rows), PLAN_CONTEXT, { frontends, foreign: new Map() }, indexTasks(tasks));
  } finally {
    Array.prototype.join = join;
  }
  return operations;
}

describe('reading the front ends of a plan', () => {
  it.each<[string, TaskAction]>([
    ['planned', 'plan'],
    ['verified', 'verify'],
  ])('twice the owners, on an address each: twice the work: %s', async (_what, action) => {
    const one = await operations(40, 40, action);
    const two = await operations(80, 80, action);
    expect(one).toBeGreaterThan(300);
    expect(two / one).toBeLessThan(2.3);
  });
});
