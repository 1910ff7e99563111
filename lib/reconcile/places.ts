import { frontEndsAt, type IngressRow } from '../ledger/index.ts';
import { type InventoryContext, type NitroReader, readAllFrontEnds } from '../nitro/index.ts';
import { claimsByFrontEnd, type WantedClaim } from '../plan/index.ts';
import { type FrontEnd, frontEndKey, frontEndsOf } from '../route/index.ts';
import { placeOf, type Task } from './task.ts';

/** The tasks of a plan, sorted once for all front ends. */
export interface PlannedTasks {
  readonly tasks: readonly Task[];
  readonly keys: ReadonlySet<string>;
  /** Claims that are wanted, by front end. */
  readonly wanted: ReadonlyMap<string, readonly WantedClaim[]>;
  /** Front ends of tasks that compare with the real objects. */
  readonly verified: ReadonlySet<string>;
}

export function sortTasks(tasks: readonly Task[]): PlannedTasks {
  return {
    tasks,
    keys: new Set(tasks.map(({ decision }) => decision.key)),
    wanted: claimsByFrontEnd(tasks.map(({ wanted }) => wanted)),
    verified: placesToVerify(tasks),
  };
}

function placesToVerify(tasks: readonly Task[]): Set<string> {
  const verified = tasks.filter(({ effort }) => effort === 'verify');
  return new Set(
    verified.flatMap(({ wanted, decision }) =>
      [...(wanted === undefined ? [] : frontEndsOf(wanted.routes)), ...formerPlaces(decision.row)].map(frontEndKey),
    ),
  );
}

/** The front ends where these tasks have, had or want something. */
export async function placesOfTasks(
  reader: NitroReader,
  context: InventoryContext,
  tasks: readonly Task[],
  foreign: Map<string, string>,
): Promise<FrontEnd[]> {
  const all = new Map<string, FrontEnd>();
  const add = (frontEnds: readonly FrontEnd[]): void => {
    for (const frontEnd of frontEnds) {
      const other = all.get(frontEndKey(frontEnd));
      if (other === undefined) all.set(frontEndKey(frontEnd), frontEnd);
      else if (other.kind !== frontEnd.kind) foreign.set(placeOf(frontEnd), otherKind(context, other));
    }
  };
  // Of two kinds that want one address and port, what is there keeps it, then the older one takes it.
  const records = tasks.map(({ decision }) => decision.row);
  for (const row of records) add(waits(row) ? frontEndsOfPlaces([row?.formerly]) : formerPlaces(row));
  const byAge = [...tasks].sort((a, b) => (a.wanted?.created ?? 0) - (b.wanted?.created ?? 0));
  for (const { wanted } of byAge) if (wanted !== undefined) add(frontEndsOf(wanted.routes));
  for (const row of records) add(formerPlaces(row));
  // Nothing says where the claims of one without a record stand, somebody took it away; nor where those of a withdrawn
  // one do that came back, by hand or by a write that was late.
  const lost = ({ decision: { row }, effort }: Task): boolean =>
    row === undefined || isTombstone(row) ? effort === 'verify' : row.formerly === 'anywhere';
  if (tasks.some(lost)) {
    add(await readAllFrontEnds(reader, context));
  }
  return [...all.values()];
}

/** One whose withdrawal is written: it names no place any more. */
export const isTombstone = (row: IngressRow): boolean => row.life === 'dead' && row.state === 'applied';

/** Redirects and passthrough never share an address and port. */
export const otherKind = ({ names }: InventoryContext, frontEnd: FrontEnd): string => names.csvserver(frontEnd);

/** Whether the record is of one that waits for an address: its places are where it would be (rule 12). */
const waits = (row: IngressRow | undefined): boolean => row?.life === 'live' && row.routes === 0;

function formerPlaces(row: IngressRow | undefined): FrontEnd[] {
  return frontEndsOfPlaces([row?.places, row?.formerly]);
}

function frontEndsOfPlaces(places: readonly IngressRow['formerly'][]): FrontEnd[] {
  return places.flatMap((place) => (place === undefined || place === 'anywhere' ? [] : frontEndsAt(place)));
}
