import { isDatagramType } from '../command/vservers.ts';
import type { Row, Store } from '../store/store.ts';

/**
 * Bindings that an appliance makes itself where nothing is bound, and takes back when something is: a service has the
 * built-in monitor of its transport until it gets one of its own. They are shown, not stored: no `ns.conf` has them.
 *
 * @param parent - of one object; undefined for all
 */
export function* defaultBindings(kind: string, parent: string | undefined, store: Store): Iterable<Row> {
  if (kind !== 'service_lbmonitor_binding') return;
  for (const row of parent === undefined ? store.objects('service') : [store.object('service', parent)]) {
    if (row === undefined || row.nodefaultbindings === 'YES' || store.bindingCount(kind, String(row.name)) > 0) continue;
    const monitor = isDatagramType(row.servicetype) ? 'ping-default' : 'tcp-default';
    yield { name: String(row.name), monitor_name: monitor };
  }
}
