import { type BusEvent, PREFIXES } from '../../contract/index.ts';

/** Describes an event of desired state in plain words. */
export function eventText({ detailType, detail: { data } }: Pick<BusEvent, 'detailType' | 'detail'>): string {
  if ('ingress' in data) return `current state of ${data.ingress.namespace}/${data.ingress.name}`;
  if (detailType === 'Ingress Withdrawn' && 'name' in data) {
    return `${data.namespace}/${data.name} no longer requests passthrough`;
  }
  if ('listed' in data && 'ingresses' in data) {
    const count = data.ingresses.length + data.listed.length;
    const part =
      data.from === PREFIXES[0] && data.to === PREFIXES.at(-1) ? 'the whole cluster' : 'a part of the cluster';
    return count === 0
      ? `snapshot of ${part}: no Ingress requests passthrough`
      : `snapshot of ${part}: ${count} ${count === 1 ? 'Ingress' : 'Ingresses'} with passthrough`;
  }
  return detailType;
}
