import type { Member } from '../contract/index.ts';
import { parseAddress } from './ip.ts';
import type { K8sNode } from './kubernetes.ts';
import { list, record, text } from './shape.ts';

function isReady(status: Readonly<Record<string, unknown>>): boolean {
  return list(status.conditions)
    .map(record)
    .some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** Selects nodes and their addresses for the members of a Service. */
interface NodeMemberOptions {
  readonly nodePort: number;
  readonly nodeAddressType: 'InternalIP' | 'ExternalIP';
  /** Address families of the Service. A node may have others, too. */
  readonly families: ReadonlySet<4 | 6>;
  /** Names of the nodes to use; all where absent. */
  readonly names?: ReadonlySet<string>;
}

/** Returns the addresses of ready nodes, with the node port (END-2). */
export function nodeMembers(nodes: Iterable<K8sNode>, options: NodeMemberOptions): Member[] {
  const { nodePort, nodeAddressType, families, names } = options;
  const members: Member[] = [];
  for (const node of nodes) {
    const name = text(record(node.metadata).name) ?? '';
    const status = record(node.status);
    if (!isReady(status) || (names !== undefined && !names.has(name))) continue;
    for (const entry of list(status.addresses).map(record)) {
      const address = entry.type === nodeAddressType ? parseAddress(text(entry.address) ?? '') : undefined;
      if (address !== undefined && families.has(address.family))
        members.push({ address: address.text, port: nodePort });
    }
  }
  return members;
}
