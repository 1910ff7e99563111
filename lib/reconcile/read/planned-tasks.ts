import { claimsPattern, frontendsAt, type IngressRecord, LONGEST_PATTERN } from '../../ledger/index.ts';
import {
  anyOf,
  type InventoryContext,
  type NitroReader,
  readAllFrontends,
  readFrontendsThere,
} from '../../nitro/index.ts';
import { claimsByFrontend, holderText, type WantedClaim } from '../../plan/index.ts';
import { type Frontend, frontendKey, frontendsOf } from '../../route/index.ts';
import { frontendSlot, type Task } from '../decide/task.ts';

/** The tasks of a plan, sorted once for all front ends. */
export interface PlannedTasks {
  readonly tasks: readonly Task[];
  readonly keys: ReadonlySet<string>;
  /** Claims that are wanted, by front end. */
  readonly wanted: ReadonlyMap<string, readonly WantedClaim[]>;
  /** Front ends of tasks that compare with the real objects. */
  readonly verified: ReadonlySet<string>;
  readonly byKey: ReadonlyMap<string, Task>;
  readonly patterns: OwnerPatterns;
}

/** Patterns of all owners of a plan, made once for all front ends; undefined where a URL would not take one. */
export interface OwnerPatterns {
  /** Keys of their claims, without its frame. */
  readonly claims: string | undefined;
  /** Comments of the rows of hosts that they hold. */
  readonly holders: string | undefined;
  /** Values of the rows of hosts that lead to them. */
  readonly leading: string | undefined;
}

function patternsOf(tasks: readonly Task[], keys: ReadonlySet<string>): OwnerPatterns {
  const fitting = (text: string): string | undefined => (text.length > LONGEST_PATTERN ? undefined : text);
  const owners = [...keys].join('|');
  return {
    claims: fitting(claimsPattern(owners)),
    holders: fitting(anyOf(tasks.map(({ decision }) => holderText(decision.owner)))),
    leading: fitting(`/^(${owners})-/`),
  };
}

export function sortTasks(tasks: readonly Task[]): PlannedTasks {
  const byKey = new Map(tasks.map((task) => [task.decision.key, task]));
  const keys = new Set(byKey.keys());
  return {
    tasks,
    keys,
    byKey,
    patterns: patternsOf(tasks, keys),
    wanted: claimsByFrontend(tasks.map(({ wanted }) => wanted)),
    verified: frontendsToVerify(tasks),
  };
}

function frontendsToVerify(tasks: readonly Task[]): Set<string> {
  const verified = tasks.filter(({ action }) => action === 'verify');
  return new Set(
    verified.flatMap(({ wanted, decision }) =>
      [...(wanted === undefined ? [] : frontendsOf(wanted.routes)), ...formerFrontends(decision.row)].map(frontendKey),
    ),
  );
}

/**
 * The front ends where these tasks have, had or want something: one kind for each address and port. Where the tasks
 * speak of two, the one that is there stays, then the older Ingress's comes (rule 12). What is there, the appliance says:
 * a record may name what is long gone.
 */
export async function frontendsOfTasks(
  reader: NitroReader,
  context: InventoryContext,
  tasks: readonly Task[],
  foreign: Map<string, string>,
): Promise<Frontend[]> {
  const all = new Map<string, Frontend>();
  const add = (frontends: readonly Frontend[]): void => {
    for (const frontend of frontends) {
      const other = all.get(frontendKey(frontend));
      if (other === undefined) all.set(frontendKey(frontend), frontend);
      else if (other.kind !== frontend.kind) foreign.set(frontendSlot(frontend), otherKind(context, other));
    }
  };
  const recorded = tasks.flatMap(({ decision }) => formerFrontends(decision.row));
  const byAge = [...tasks].sort((a, b) => (a.wanted?.created ?? 0) - (b.wanted?.created ?? 0));
  const wanted = byAge.flatMap((task) => (task.wanted === undefined ? [] : frontendsOf(task.wanted.routes)));
  // Nothing says where the claims of one without a record stand, somebody took it away; nor where those of a withdrawn
  // one do that came back, by hand or by a write that was late.
  const lost = ({ decision: { row }, action }: Task): boolean =>
    row === undefined || isTombstone(row) ? action === 'verify' : row.formerPorts === 'anywhere';
  add(
    tasks.some(lost)
      ? await readAllFrontends(reader, context)
      : await readFrontendsThere(reader, context, ofTwoKinds([...recorded, ...wanted])),
  );
  add(wanted);
  add(recorded);
  return [...all.values()];
}

/** One front end of each address and port that these name as two kinds. */
function ofTwoKinds(frontends: readonly Frontend[]): Frontend[] {
  const places = Map.groupBy(frontends, frontendKey);
  return [...places.values()].flatMap((same) =>
    same.some(({ kind }) => kind !== same[0]?.kind) ? [same[0] as Frontend] : [],
  );
}

/** Returns whether the record is of one whose withdrawal is written: it names no place any more. */
export const isTombstone = (row: IngressRecord): boolean => row.kind === 'tombstone' && row.state === 'applied';

/** Redirects and passthrough never share an address and port. */
export const otherKind = ({ names }: InventoryContext, frontend: Frontend): string => names.csvserver(frontend);

function formerFrontends(row: IngressRecord | undefined): Frontend[] {
  return frontendsOfPorts([row?.ports, row?.formerPorts]);
}

function frontendsOfPorts(places: readonly IngressRecord['formerPorts'][]): Frontend[] {
  return places.flatMap((place) => (place === undefined || place === 'anywhere' ? [] : frontendsAt(place)));
}
