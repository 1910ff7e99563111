import { type BusEvent, EVERYTHING, nameInCluster, type SourceKind, TLS_ROUTES } from '../../contract/index.ts';

const ownerText = (kind: SourceKind, object: { readonly namespace: string; readonly name: string }): string =>
  nameInCluster(kind, object);

/** Describes an event of desired state in plain words. */
export function eventText({ detailType, detail: { data } }: Pick<BusEvent, 'detailType' | 'detail'>): string {
  if ('ingress' in data) return `current state of ${data.ingress.namespace}/${data.ingress.name}`;
  if ('tlsRoute' in data) return `current state of ${ownerText('TLSRoute', data.tlsRoute)}`;
  if ('gateway' in data) return `current state of ${ownerText('Gateway', data.gateway)}`;
  if (detailType === 'Ingress Withdrawn' && 'name' in data) {
    return `${data.namespace}/${data.name} no longer requests passthrough`;
  }
  if (detailType === 'TLSRoute Withdrawn' && 'name' in data) {
    return `no listener takes ${ownerText('TLSRoute', data)} any more`;
  }
  if (detailType === 'Gateway Withdrawn' && 'name' in data) {
    return `${ownerText('Gateway', data)} has no accepted listener any more`;
  }
  if (!('flagged' in data)) return detailType;
  const whole = 'ingresses' in data ? EVERYTHING : TLS_ROUTES;
  const part = data.from === whole.from && data.to === whole.to ? 'the whole cluster' : 'a part of the cluster';
  const count = ('ingresses' in data ? data.ingresses : data.tlsRoutes).length + data.listed.length;
  if ('tlsRoutes' in data) {
    const gateways = (data.gateways ?? []).length + (data.listedGateways ?? []).length;
    const beside = gateways === 0 ? '' : `, ${counted(gateways, 'Gateway')}`;
    return `snapshot of ${part}: ${counted(count, 'TLSRoute')}${beside}`;
  }
  return count === 0
    ? `snapshot of ${part}: no Ingress requests passthrough`
    : `snapshot of ${part}: ${count} ${count === 1 ? 'Ingress' : 'Ingresses'} with passthrough`;
}

const counted = (count: number, noun: string): string =>
  count === 0 ? `no ${noun}` : `${count} ${noun}${count === 1 ? '' : 's'}`;
