import { type IngressRecord, namedFrontends } from '../../ledger/index.ts';
import type { Names } from '../../netscaler/index.ts';
import { type Frontend, frontendKey } from '../../route/index.ts';
import { type ForeignServers, frontendSlot } from '../decide/foreign-address.ts';
import { isTombstone, type Task } from '../decide/task.ts';

/** Front ends of a plan, one kind for each address and port. */
export interface ChosenFrontends {
  readonly frontends: readonly Frontend[];
  /** Slots of the kinds that were not chosen, with the vserver of the chosen one. */
  readonly foreign: ForeignServers;
}

/** Returns the front ends where a record says that claims stand or stood. */
export const formerFrontends = (row: IngressRecord | undefined): Frontend[] => [
  ...namedFrontends(row?.frontends),
  ...namedFrontends(row?.formerFrontends),
];

/**
 * Returns which front ends must be looked up on the appliance before one kind can be chosen for each slot.
 *
 * | tasks                                                         | front ends to look up                        |
 * | ------------------------------------------------------------- | -------------------------------------------- |
 * | one is verified without a live record, or lost track of ports | all: claims may stand anywhere               |
 * | others                                                        | those that the tasks name as two kinds       |
 *
 * A record may name a front end that is long gone, so the appliance decides which kind exists.
 */
export function frontendsToLookUp(tasks: readonly Task[]): 'all' | readonly Frontend[] {
  if (tasks.some(mayClaimAnywhere)) return 'all';
  const named = Map.groupBy([...recordedFrontends(tasks), ...wantedFrontends(tasks)], frontendKey);
  return [...named.values()].flatMap((same) => {
    const [first] = same;
    return first !== undefined && same.some(({ kind }) => kind !== first.kind) ? [first] : [];
  });
}

/**
 * Chooses one kind for each address and port (rule 12): the kind that exists, then the kind that the oldest Ingress
 * wants, then the recorded one.
 *
 * @param existing front ends that were looked up.
 */
export function chooseFrontends(
  { csvserver }: Pick<Names, 'csvserver'>,
  tasks: readonly Task[],
  existing: readonly Frontend[],
): ChosenFrontends {
  const chosen = new Map<string, Frontend>();
  const foreign = new Map<string, string>();
  for (const frontend of [...existing, ...wantedFrontends(tasks), ...recordedFrontends(tasks)]) {
    const other = chosen.get(frontendKey(frontend));
    if (other === undefined) chosen.set(frontendKey(frontend), frontend);
    else if (other.kind !== frontend.kind) foreign.set(frontendSlot(frontend), csvserver(other));
  }
  return { frontends: [...chosen.values()], foreign };
}

/**
 * Returns whether no record says where the claims of a task stand: its record was removed by hand, or claims of a
 * withdrawn Ingress came back by hand or by a late write, or there are more front ends than a record can name.
 */
function mayClaimAnywhere({ decision: { row }, action }: Task): boolean {
  if (row === undefined || isTombstone(row)) return action === 'verify';
  return row.frontends === 'anywhere' || row.formerFrontends === 'anywhere';
}

const recordedFrontends = (tasks: readonly Task[]): Frontend[] =>
  tasks.flatMap(({ decision }) => formerFrontends(decision.row));

/** Returns the wanted front ends, each once, those of the oldest Ingress first. */
function wantedFrontends(tasks: readonly Task[]): Frontend[] {
  const oldest = new Map<string, { readonly frontend: Frontend; readonly created: number }>();
  for (const { wanted } of tasks) {
    if (wanted === undefined) continue;
    const { created } = wanted;
    for (const { frontend } of wanted.routes) {
      const slot = frontendSlot(frontend);
      const known = oldest.get(slot);
      if (known !== undefined && known.created <= created) continue;
      // Behind the others of the same age.
      oldest.delete(slot);
      oldest.set(slot, { frontend, created });
    }
  }
  return [...oldest.values()].sort((a, b) => a.created - b.created).map(({ frontend }) => frontend);
}
