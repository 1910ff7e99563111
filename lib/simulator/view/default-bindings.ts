import { isDatagramType } from '../command/vservers.ts';
import { schemas } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';

/** Bindings that an appliance makes itself, by kind; undefined for an object without one. */
const builtInBindings: Readonly<
  Record<string, { readonly of: string; readonly row: (of: StoredRow) => StoredRow | undefined }>
> = {
  service_lbmonitor_binding: {
    of: 'service',
    row: ({ name, servicetype, nodefaultbindings }) =>
      nodefaultbindings === 'YES'
        ? undefined
        : { name: name!, monitor_name: isDatagramType(servicetype) ? 'ping-default' : 'tcp-default' },
  },
  sslvserver_sslciphersuite_binding: {
    of: 'sslvserver',
    row: ({ vservername }) => ({ vservername: vservername!, ciphername: 'DEFAULT' }),
  },
};

/**
 * Returns bindings that an appliance makes itself while nothing is bound: a service has the built-in monitor of its
 * transport, an SSL server the default ciphers. They are shown, not stored: no `ns.conf` has them.
 *
 * @param parent name of one object; undefined for all
 */
export function* defaultBindings(kind: string, parent: string | undefined, store: Store): Iterable<StoredRow> {
  const facts = builtInBindings[kind];
  if (facts === undefined) return;
  const { key } = schemas.get(kind)!;
  for (const of of parent === undefined ? store.objects(facts.of) : [store.object(facts.of, parent)]) {
    if (of === undefined || store.bindingCount(kind, String(of[key])) > 0) continue;
    const row = facts.row(of);
    if (row !== undefined) yield row;
  }
}
