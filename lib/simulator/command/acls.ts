import { ApplianceError } from '../errors.ts';
import type { StoredRow } from '../store/store.ts';
import type { Context, Hooks } from './context.ts';

const STEP = 10;

function checkPorts(row: StoredRow): void {
  const ports = row.srcportval !== undefined || row.destportval !== undefined;
  const named = /^(TCP|UDP)$/i.test(String(row.protocol ?? ''));
  if (ports && !named && row.protocolnumber !== 6 && row.protocolnumber !== 17) throw new ApplianceError(871);
}

function checkPriority(row: StoredRow, context: Context): void {
  for (const other of context.store.lookup('nsacl', 'priority', String(row.priority))) {
    if (other.aclname !== row.aclname) throw new ApplianceError(872);
  }
}

/** Sets the flag of each attribute that has a value to compare; a flag without a value is refused (1093). */
function checkCompared(row: StoredRow): StoredRow {
  const flags: Record<string, boolean> = {};
  for (const name of ['srcip', 'srcport', 'destip', 'destport']) {
    if (row[name] === true && row[`${name}val`] === undefined && row[`${name}dataset`] === undefined)
      throw new ApplianceError(1093, [name, `${name}Val`]);
    if (row[`${name}val`] !== undefined) flags[name] = true;
  }
  return { ...row, ...flags };
}

function checked(row: StoredRow, context: Context): StoredRow {
  checkPorts(row);
  checkPriority(row, context);
  return checkCompared(row);
}

/** Extended ACLs are kept and shown, and filter nothing. */
export const nsacl: Hooks = {
  complete(row, context) {
    let last = 0;
    for (const other of context.store.objects('nsacl')) last = Math.max(last, Number(other.priority ?? 0));
    context.note('ACLs are stored but do not filter traffic.');
    return checked({ ...row, priority: row.priority ?? last + STEP }, context);
  },
  changed: (_before, after, context) => checked(after, context),
};

const byPriority = (a: StoredRow, b: StoredRow): number => Number(a.priority) - Number(b.priority);

/** Applies the ACLs as they are now. */
export function applyAcls({ store }: Context): undefined {
  for (const row of [...store.objects('nsacl')]) {
    const { $applied: _, ...given } = row;
    store.put('nsacl', String(row.aclname), { ...given, $applied: aclText(row) });
  }
  return undefined;
}

export function clearAcls({ store }: Context): undefined {
  for (const row of [...store.objects('nsacl')]) store.remove('nsacl', String(row.aclname));
  return undefined;
}

export function renumberAcls({ store }: Context): undefined {
  const rows = [...store.objects('nsacl')].sort(byPriority);
  for (const [index, row] of rows.entries())
    store.put('nsacl', String(row.aclname), { ...row, priority: (index + 1) * STEP });
  return undefined;
}

/** Returns an ACL as text, to compare the applied one with the current one. */
export function aclText(row: StoredRow): string {
  const { $applied: _, ...given } = row;
  return JSON.stringify(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)));
}
