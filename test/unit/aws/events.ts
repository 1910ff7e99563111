import { type BusEvent, toEvent } from '../../../lib/contract/index.ts';

let count = 0;

/** An event about an Ingress of cluster `c1`, with a subject of its own unless one is given. */
export function anEvent(options: { subject?: string; padding?: number; id?: string } = {}): BusEvent {
  count += 1;
  const name = `x${count}`;
  const data = {
    cluster: 'c1',
    clusterUid: 'u'.repeat(1 + (options.padding ?? 0)),
    sequence: count,
    namespace: 'n',
    name,
  };
  return toEvent('nspass.forwarder', 'Ingress Withdrawn', data, {
    now: () => 1_700_000_000_000,
    subject: options.subject ?? `n/${name}`,
    ...(options.id === undefined ? {} : { id: options.id }),
  });
}
