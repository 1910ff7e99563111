import { type Resource, RowIndex } from '../netscaler/index.ts';
import type { Change } from '../plan/index.ts';
import { ApplyProgress } from './apply-progress.ts';
import { itemOf } from './item.ts';
import type { NitroWriter } from './ports.ts';

/** Additions of a plan that are written before the plan is whole. The plan goes on from what came of them. */
export class BegunPlan {
  /** What came of the additions, by owner. */
  readonly progress = new ApplyProgress();
  readonly #written = new RowIndex<true>();

  /** Adds rows that have owners of their own; those of an owner that failed are left to the plan. */
  async add(writer: NitroWriter, resources: readonly Resource[]): Promise<void> {
    const changes = resources
      .map((resource): Change => ({ op: 'add', resource }))
      .filter((change) => this.progress.shouldAttempt(change));
    if (changes.length === 0) return;
    const results = await writer.add(changes.map(({ resource }) => itemOf(resource)));
    for (const [index, change] of changes.entries()) {
      this.#written.set(change.resource, true);
      this.progress.record(change, results[index]);
    }
  }

  /** Returns whether a change was written already. */
  has({ op, resource }: Change): boolean {
    return op === 'add' && this.#written.get(resource) === true;
  }
}
