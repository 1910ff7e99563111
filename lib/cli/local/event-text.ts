import { type BusEvent, EVERYTHING, nameInCluster, TLS_ROUTES } from '../../contract/index.ts';

const ownerText = (route: { readonly namespace: string; readonly name: string }): string =>
  nameInCluster('TLSRoute', route);

/** Describes an event of desired state in plain words. */
export function eventText({ detailType, detail: { data } }: Pick<BusEvent, 'detailType' | 'detail'>): string {
  if ('ingress' in data) return `current state of ${data.ingress.namespace}/${data.ingress.name}`;
  if ('tlsRoute' in data) return `current state of ${ownerText(data.tlsRoute)}`;
  if (detailType === 'Ingress Withdrawn' && 'name' in data) {
    return `${data.namespace}/${data.name} no longer requests passthrough`;
  }
  if (detailType === 'TLSRoute Withdrawn' && 'name' in data) return `no listener takes ${ownerText(data)} any more`;
  if (!('flagged' in data)) return detailType;
  const whole = 'ingresses' in data ? EVERYTHING : TLS_ROUTES;
  const part = data.from === whole.from && data.to === whole.to ? 'the whole cluster' : 'a part of the cluster';
  const count = ('ingresses' in data ? data.ingresses : data.tlsRoutes).length + data.listed.length;
  if ('tlsRoutes' in data) {
    return `snapshot of ${part}: ${count === 0 ? 'no TLSRoute' : count === 1 ? '1 TLSRoute' : `${count} TLSRoutes`}`;
  }
  return count === 0
    ? `snapshot of ${part}: no Ingress requests passthrough`
    : `snapshot of ${part}: ${count} ${count === 1 ? 'Ingress' : 'Ingresses'} with passthrough`;
}
