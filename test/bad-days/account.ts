import { ownerKey, parseEnvelope } from '../../lib/contract/index.ts';
import { namesOf } from '../../lib/netscaler/index.ts';
import { type Invocation, subjectOf } from './functions.ts';
import { type LedgerRow, readRecord } from './ledger-rows.ts';
import type { World } from './world.ts';

/**
 * I5: an invocation that ends accounts for each of its messages. An outcome names its Ingress or range, or:
 *
 * | the message | is explained by |
 * |---|---|
 * | goes back to the queue, or is set aside | a line in the log |
 * | is work | a line in the log |
 * | is replayed and stale | nothing (rule 14) |
 * | is a single event that changes nothing (rule 5), or is older than another of its batch (rule 2) | the record of its Ingress, or a watermark over it, which are at least as new (rule 1) |
 * | is a snapshot, and a newer one of its cluster was taken in (rule 3) | that one, or its watermark: it may be in a part of the batch that goes back |
 */
export function account(invocation: Invocation, world: World): void {
  const { end, messages, kept, said, appliance } = invocation;
  if (end === 'killed') return;
  const violate = (what: string): void =>
    world.violate({ id: 'I5', at: world.clock.now(), what: `${appliance}: ${what}` });
  if (end === 'crashed') {
    violate(`an invocation ends with an exception: ${String(invocation.error)}`);
    return;
  }
  const named = new Set(said.map(({ detail }) => subjectOfData(detail.data as Record<string, unknown>)));
  const silent = messages.filter(({ id, body }) => {
    const { type, subject, replayed } = subjectOf(body);
    return !kept.has(id) && type !== 'Work Requested' && !replayed && !named.has(subject);
  });
  if (silent.length === 0) return;
  const rows = world.appliances.get(appliance)?.simulator.runningConfig().split('\n').flatMap(readRecord) ?? [];
  const unexplained = silent.filter(({ body }) => !isRecorded(body, appliance, rows, world));
  if (unexplained.length <= invocation.setAside) return;
  violate(`nothing says what came of ${unexplained.map(({ body }) => describe(body)).join(', ')}`);
}

const describe = (body: string): string => `${subjectOf(body).type} ${subjectOf(body).subject}`;

function isRecorded(body: string, appliance: string, rows: readonly LedgerRow[], world: World): boolean {
  const { data } = parseEnvelope(body);
  if (!('sequence' in data)) return false;
  const map = namesOf('nsp').ledgerMap(data.cluster);
  const ours = rows.filter((row) => row.map === map);
  if ('from' in data) {
    const newer = ours.some(
      ({ kind, key, sequence }) =>
        kind === 'watermark' && sequence > data.sequence && covers(key, data.from) && covers(key, data.to),
    );
    return newer || world.snapshotOf(appliance, data.cluster) >= data.sequence;
  }
  const ref = 'ingress' in data ? data.ingress : 'name' in data ? data : undefined;
  if (ref === undefined) return false;
  const key = ownerKey({ cluster: data.cluster, namespace: ref.namespace, name: ref.name });
  return ours.some(
    (row) => row.sequence >= data.sequence && (row.key === key || (row.kind === 'watermark' && covers(row.key, key))),
  );
}

/** @param range `from-to`, prefixes of keys. */
function covers(range: string, key: string): boolean {
  const [from = '', to = ''] = range.split('-');
  return from <= key.slice(0, 2) && key.slice(0, 2) <= to;
}

function subjectOfData({ cluster, namespace, name, from, to, sequence }: Record<string, unknown>): string {
  return name === undefined ? `${cluster} ${from}-${to} ${sequence}` : `${cluster} ${namespace}/${name}`;
}
