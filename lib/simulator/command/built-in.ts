import type { Store, StoredRow } from '../store/store.ts';
import { BUILT_IN_MONITORS } from './monitors.ts';

/** Profiles that every appliance has. Names and values are from memory (V). */
const PROFILES = ['nshttp_default_profile', 'nshttp_default_strict_validation', 'nshttp_default_internal_apps'].map(
  (name): StoredRow => ({
    name,
    ...(name === 'nshttp_default_profile' ? {} : { dropinvalreqs: 'ENABLED', markhttp09inval: 'ENABLED' }),
  }),
);

/** Objects that every appliance has, by kind and key: they cannot be removed, and no `ns.conf` has them. */
const objects: readonly { readonly kind: string; readonly name: string; readonly row: StoredRow }[] = [
  ...BUILT_IN_MONITORS.map((row) => ({ kind: 'lbmonitor', name: row.monitorname, row: { ...row } })),
  ...PROFILES.map((row) => ({ kind: 'nshttpprofile', name: String(row.name), row })),
];

const keys = new Set(objects.map(({ kind, name }) => `${kind} ${name}`));

export function isBuiltIn(kind: string, name: string): boolean {
  return keys.has(`${kind} ${name}`);
}

export function putBuiltIn(store: Store): void {
  for (const { kind, name, row } of objects) store.put(kind, name, row);
}
