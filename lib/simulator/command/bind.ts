import { ApplianceError } from '../errors.ts';
import { type BindingFacts, bindings } from '../schema/bindings.ts';
import type { ResourceSchema } from '../schema/resource.ts';
import { bindingId, type StoredRow } from '../store/store.ts';
import { refuseBinding } from './build-limits.ts';
import { checkLinks } from './checks.ts';
import type { Context } from './context.ts';
import { hooks } from './hooks.ts';
import { MEMBER, removeMember } from './servicegroups.ts';
import { isPlain } from './ssl-views.ts';

function checkPriority(kind: string, parent: string, row: StoredRow, context: Context): void {
  const rule = bindings[kind]!.priority;
  if (rule === undefined || row.priority === undefined) return;
  const priority = Number(row.priority);
  if (priority < rule.from || priority > rule.to) {
    throw rule.to === 64_000 ? new ApplianceError(595) : new ApplianceError(1161, 'priority');
  }
  const id = bindingId(kind, row);
  for (const other of context.store.bindings(kind, parent)) {
    const apart = rule.within.some((attribute) => other[attribute] !== row[attribute]);
    if (!apart && other.priority === row.priority && bindingId(kind, other) !== id)
      throw new ApplianceError(rule.taken);
  }
}

const same = (a: StoredRow, b: StoredRow): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every(
    (name) => JSON.stringify(a[name]) === JSON.stringify(b[name]),
  );

/** Binds; the binding's facts say what a second time does. */
export function bind(schema: ResourceSchema, given: StoredRow, context: Context): void {
  const { kind, key } = schema;
  const facts = bindings[kind]!;
  const parent = String(given[key] ?? '');
  if (parent === '') throw new ApplianceError(1095, key);
  if (context.store.object(facts.parent, parent) === undefined) throw noParent(facts, key, parent, context);
  for (const attribute of facts.required) if (given[attribute] === undefined) throw new ApplianceError(1095, attribute);
  checkLinks(kind, given, undefined, context);
  const row = hooks[kind]?.complete?.(given, context) ?? given;
  checkPriority(kind, parent, row, context);
  refuseBinding(kind, row, context);
  const before = context.store.binding(kind, parent, bindingId(kind, row));
  if (before !== undefined && before.$drainuntil === undefined && facts.again !== 'replace') {
    if (facts.again === 'same' && same(before, row)) return;
    throw new ApplianceError(facts.again === 'same' ? 3118 : facts.again);
  }
  const comment = before?.comment;
  const kept = comment === undefined || context.behaviour['map-key-again-drops-comment'] ? {} : { comment };
  context.store.putBinding(kind, parent, { ...kept, ...row });
}

function noParent(facts: BindingFacts, key: string, parent: string, context: Context): ApplianceError {
  if (isPlain(facts.parent, parent, context.store)) return new ApplianceError(1544);
  return facts.noParent === 258 ? new ApplianceError(258, [key, parent]) : new ApplianceError(facts.noParent, parent);
}

function selects(args: StoredRow, row: StoredRow): boolean {
  return Object.entries(args).every(([name, value]) => String(row[name] ?? '') === String(value));
}

/** Arguments that an unbinding means when it does not name them, e.g. the default bind point. */
const defaultArgs: Readonly<Record<string, StoredRow>> = {
  sslvserver_sslpolicy_binding: { type: 'REQUEST' },
  sslvserver_sslcertkey_binding: { ca: false },
};

/**
 * Removes the bindings that the arguments select.
 *
 * @param args normalised attributes without the parent's key
 */
export function unbind(schema: ResourceSchema, parent: string, args: StoredRow, context: Context): void {
  const { kind, key } = schema;
  const facts = bindings[kind]!;
  if (context.store.object(facts.parent, parent) === undefined) throw noParent(facts, key, parent, context);
  if (args.ip !== undefined && args.servername !== undefined) throw new ApplianceError(1092, ['serverName', 'IP']);
  const naming = facts.identity.find((attribute) => attribute !== 'type' && attribute !== 'bindpoint')!;
  if (args.ip === undefined && args[naming] === undefined) throw new ApplianceError(1095, naming);
  const found = selected(kind, parent, args, context);
  if (found.length === 0) {
    // The default ciphers are bound while no others are.
    if (kind === 'sslvserver_sslciphersuite_binding' && args.ciphername === 'DEFAULT') return;
    throw notBound(facts, naming, args, context);
  }
  if (found.length > 1 && facts.identity.includes('bindpoint')) throw new ApplianceError(3836);
  const group = kind === MEMBER ? context.store.object('servicegroup', parent) : undefined;
  for (const row of found) {
    if (group?.autoscale === 'API' || group?.autodisablegraceful === 'YES') removeMember(parent, group, row, context);
    else context.store.removeBinding(kind, parent, bindingId(kind, row));
  }
}

function selected(kind: string, parent: string, args: StoredRow, { store }: Context): StoredRow[] {
  const wanted: StoredRow = { ...defaultArgs[kind], ...args };
  const exact = store.binding(kind, parent, bindingId(kind, wanted));
  const candidates = exact === undefined ? [...store.bindings(kind, parent)] : [exact];
  return candidates.filter((row) => selects(wanted, row));
}

function notBound(facts: BindingFacts, naming: string, args: StoredRow, { store }: Context): ApplianceError {
  const monitor = args.monitor_name;
  if (monitor !== undefined && store.object('lbmonitor', String(monitor)) === undefined)
    return new ApplianceError(258, ['monitor_name', String(monitor)]);
  if (facts.notBound === 258) return new ApplianceError(258, [naming, String(args[naming] ?? args.ip)]);
  return new ApplianceError(facts.notBound);
}
