import { LOWER_LIMITS } from '../behaviour.ts';
import { ApplianceError } from '../errors.ts';
import { schemas } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import type { Context } from './context.ts';

const bytes = (value: unknown): number => Buffer.byteLength(String(value ?? ''));

function tooLong(attribute: string, limit: number): ApplianceError {
  return new ApplianceError(1106, `${attribute}, ${limit}`);
}

/**
 * Refuses a new or changed object that the documented appliance takes and the simulated build does not.
 *
 * @throws {ApplianceError}
 */
export function refuseObject(kind: string, row: StoredRow, context: Context): void {
  const { behaviour } = context;
  const key = schemas.get(kind)?.key ?? 'name';
  const longNames = kind === 'policystringmap' ? behaviour['map-name-characters'] : behaviour['name-characters'];
  if (!longNames && bytes(row[key]) > LOWER_LIMITS.name) throw tooLong(key, LOWER_LIMITS.name);
  if (!behaviour['comment-bytes'] && bytes(row.comment) > LOWER_LIMITS.comment)
    throw tooLong('comment', LOWER_LIMITS.comment);
  if (kind === 'sslpolicy') refuseRule(String(row.rule ?? ''), context);
  if (kind === 'servicegroup' && !behaviour['graceful-at-add']) {
    if (row.autodisablegraceful !== undefined) throw new ApplianceError(278, 'autodisablegraceful');
  }
}

/** Matches a text that is put before the server name. */
const CONCATENATION = /"\s*\+\s*CLIENT\.SSL\.CLIENT_HELLO\.SNI/i;
const SNI = /CLIENT\.SSL\.CLIENT_HELLO\.SNI/i;
const EQUALS_ANY = /\.EQUALS_ANY\(/i;

function refuseRule(rule: string, { behaviour }: Context): void {
  if (!behaviour['rule-characters'] && rule.length > LOWER_LIMITS.rule) throw new ApplianceError(596);
  if (!behaviour['sni-concatenation'] && CONCATENATION.test(rule)) throw new ApplianceError(3073, '+');
  if (!behaviour['sni-equals-any'] && SNI.test(rule) && EQUALS_ANY.test(rule))
    throw new ApplianceError(3073, 'EQUALS_ANY');
}

/** Refuses an update of an SSL policy that is bound. */
export function refuseUpdate(kind: string, name: string, { behaviour, store }: Context): void {
  if (kind !== 'sslpolicy' || behaviour['ssl-policy-set-while-bound']) return;
  for (const referrer of store.referrers('sslpolicy', name))
    if (referrer.kind === 'sslvserver_sslpolicy_binding') throw new ApplianceError(315);
}

/**
 * Refuses a binding that the documented appliance takes and the simulated build does not.
 *
 * @throws {ApplianceError}
 */
export function refuseBinding(kind: string, row: StoredRow, { behaviour, store, root }: Context): void {
  if (kind === 'policystringmap_pattern_binding') {
    const { mapEntry, mapEntries } = LOWER_LIMITS;
    if (!behaviour['map-entry-bytes'] && Math.max(bytes(row.key), bytes(row.value)) > mapEntry)
      throw tooLong('key', mapEntry);
    const known = store.binding(kind, String(row.name), String(row.key)) !== undefined;
    if (known && !behaviour['map-key-again']) throw new ApplianceError(273, ['key', String(row.key)]);
    if (!behaviour['map-entries'] && !known && store.bindingCount(kind, String(row.name)) >= mapEntries)
      throw new ApplianceError(1072);
  }
  if (kind === 'policydataset_value_binding' && !behaviour['data-set-networks'] && String(row.value).includes('/'))
    throw new ApplianceError(1097, 'value');
  if (kind === 'sslvserver_sslpolicy_binding') {
    if (!behaviour['ssl-priority'] && Number(row.priority) > LOWER_LIMITS.sslPriority) throw new ApplianceError(595);
    const inPartition = store !== root;
    if (!behaviour['policies-in-partition'] && inPartition && row.type === 'CLIENTHELLO_REQ')
      throw new ApplianceError(257);
  }
}
