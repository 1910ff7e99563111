import { type BusEvent, PREFIXES } from '../../contract/index.ts';

/** Says in plain words what an event of desired state is about. */
export function eventText({ detailType, detail: { data } }: Pick<BusEvent, 'detailType' | 'detail'>): string {
  if ('ingress' in data) return `${data.ingress.namespace}/${data.ingress.name}, as it is now`;
  if (detailType === 'Ingress Withdrawn' && 'name' in data) {
    return `${data.namespace}/${data.name} no longer asks for passthrough`;
  }
  if ('listed' in data) {
    const count = data.ingresses.length + data.listed.length;
    const part = data.from === PREFIXES[0] && data.to === PREFIXES.at(-1) ? 'the state of all' : 'the state of some';
    return count === 0
      ? `${part}: no Ingress asks for passthrough`
      : `${part}: ${count} ${count === 1 ? 'Ingress' : 'Ingresses'} with passthrough`;
  }
  return detailType;
}
