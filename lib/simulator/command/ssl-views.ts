import { bindingsOf } from '../schema/bindings.ts';
import { bindingId, type Store, type StoredRow } from '../store/store.ts';

/** Maps a kind to the kind that holds its SSL settings: same name, created together, for SSL types only. */
const SSL_VIEWS: Readonly<Record<string, string>> = {
  csvserver: 'sslvserver',
  lbvserver: 'sslvserver',
  servicegroup: 'sslservicegroup',
};

const keyOf = (view: string): string => (view === 'sslvserver' ? 'vservername' : 'servicegroupname');

/** Returns whether an object of this name exists that is not of an SSL type, and so has no such view (1544). */
export function isPlain(view: string, name: string, store: Store): boolean {
  return Object.entries(SSL_VIEWS).some(([kind, of]) => of === view && store.object(kind, name) !== undefined);
}

export function addSslView(kind: string, name: string, store: Store): void {
  const view = SSL_VIEWS[kind]!;
  store.put(view, name, { [keyOf(view)]: name });
}

export function removeSslView(kind: string, name: string, store: Store): void {
  const view = SSL_VIEWS[kind]!;
  for (const binding of bindingsOf(view)) {
    for (const row of [...store.bindings(binding, name)]) store.removeBinding(binding, name, bindingId(binding, row));
  }
  store.remove(view, name);
}

/** @returns kinds of the bindings to move with the view */
export function renameSslView(kind: string, from: string, to: string, store: Store): string[] {
  const view = SSL_VIEWS[kind];
  const row: StoredRow | undefined = view === undefined ? undefined : store.object(view, from);
  if (view === undefined || row === undefined) return [];
  store.remove(view, from);
  store.put(view, to, { ...row, [keyOf(view)]: to });
  return bindingsOf(view);
}
