import type { Member } from '../contract/index.ts';
import { parseAddress } from './ip.ts';
import type { K8sNode } from './kubernetes.ts';
import { list, record, text } from './shape.ts';

function isReady(status: Readonly<Record<string, unknown>>): boolean {
  return list(status.conditions)
    .map(record)
    .some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/**
 * Addresses of ready nodes, with a node port (END-2).
 *
 * @param families address families that the Service has; a node may have others.
 * @param names only these nodes; all where absent.
 */
export function nodeMembers(
  nodes: Iterable<K8sNode>,
  nodePort: number,
  addressType: 'InternalIP' | 'ExternalIP',
  families: ReadonlySet<4 | 6>,
  names?: ReadonlySet<string>,
): Member[] {
  const members: Member[] = [];
  for (const node of nodes) {
    const name = text(record(node.metadata).name) ?? '';
    const status = record(node.status);
    if (!isReady(status) || (names !== undefined && !names.has(name))) continue;
    for (const entry of list(status.addresses).map(record)) {
      const address = entry.type === addressType ? parseAddress(text(entry.address) ?? '') : undefined;
      if (address !== undefined && families.has(address.family))
        members.push({ address: address.text, port: nodePort });
    }
  }
  return members;
}
