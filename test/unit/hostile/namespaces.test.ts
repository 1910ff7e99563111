import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { desiredState } from '../../../lib/forwarder/state/desired-state.ts';
import { ClusterStore } from '../../../lib/forwarder/state/store.ts';
import type { K8sObject } from '../../../lib/ingress/index.ts';
import { ingress, service, slice } from '../forwarder/support.ts';

/** Returns the members of `web` in the namespace `shop`, beside objects of a hostile namespace. */
function membersOf(...hostile: readonly K8sObject[]): string[] {
  const store = new ClusterStore();
  for (const object of [ingress('web', { namespace: 'shop' }), ...service('web', ['10.1.0.1'], 'shop'), ...hostile])
    store.upsert(object);
  const { state } = desiredState(store, 'shop/web', DEFAULT_SETTINGS);
  return (state !== undefined && 'backends' in state ? state.backends : []).flatMap(({ members }) =>
    members.map(({ address }) => address),
  );
}

describe('END-1: back ends of one namespace, whatever another one writes', () => {
  it.each<[string, readonly K8sObject[]]>([
    ['an EndpointSlice for a Service of the same name', [slice('web', ['10.6.6.6'], 'evil')]],
    ['an EndpointSlice of the same name', [slice('web', ['10.6.6.6'], 'evil', 'web-1')]],
    ['an EndpointSlice whose label names the namespace', [slice('shop/web', ['10.6.6.6'], 'evil')]],
    ['an EndpointSlice whose label climbs', [slice('../shop/web', ['10.6.6.6'], 'evil')]],
    ['a Service of the same name', service('web', ['10.6.6.6'], 'evil')],
  ])('%s → the members are those of its own namespace', (_what, hostile) => {
    expect(membersOf(...hostile)).toEqual(['10.1.0.1']);
  });

  it('an Ingress that names a Service of another namespace → finds none', () => {
    const store = new ClusterStore();
    for (const object of [
      ...service('web', ['10.1.0.1'], 'shop'),
      ingress('x', { namespace: 'evil', service: 'shop/web' }),
    ])
      store.upsert(object);
    const { state } = desiredState(store, 'evil/x', DEFAULT_SETTINGS);
    expect(state).toMatchObject({ name: 'x', backends: [{ members: [] }] });
  });
});
