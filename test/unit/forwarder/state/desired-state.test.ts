import { describe, expect, it } from 'vitest';
import { backendsOf } from '../../../../lib/contract/index.ts';
import { DEFAULT_SETTINGS } from '../../../../lib/forwarder/settings.ts';
import { contentHash } from '../../../../lib/forwarder/state/content-hash.ts';
import { desiredState } from '../../../../lib/forwarder/state/desired-state.ts';
import { ClusterStore } from '../../../../lib/forwarder/state/store.ts';
import type { K8sIngress } from '../../../../lib/ingress/kubernetes.ts';
import { ingress, service } from '../support.ts';

function of(object: K8sIngress, store = new ClusterStore()) {
  store.upsert(object);
  return desiredState(store, `${object.metadata.namespace}/${object.metadata.name}`, DEFAULT_SETTINGS);
}

describe('desiredState', () => {
  it('is nothing of what is not there, or not ours', () => {
    expect(desiredState(new ClusterStore(), 'default/a', DEFAULT_SETTINGS)).toEqual({ findings: [] });
    expect(of(ingress('a', { annotations: { 'ingress.citrix.com/ssl-passthrough': 'false' } }))).toEqual({
      findings: [],
    });
  });

  it('is the whole state with its hash, which changes with its back ends', () => {
    const store = new ClusterStore();
    const before = of(ingress('a'), store);
    for (const object of service('a', ['10.1.0.1'])) store.upsert(object);
    const after = of(ingress('a'), store);
    expect(after.state && backendsOf(after.state)[0]?.members).toEqual([{ address: '10.1.0.1', port: 8443 }]);
    expect(after.hash).not.toBe(before.hash);
    expect(after.unpublishable).toBeUndefined();
  });

  it('LIF-8: a state that fits no event → the reason', () => {
    const { unpublishable, state } = of(ingress('a', { namespace: 'n'.repeat(64) }));
    expect(state?.name).toBe('a');
    expect(unpublishable).toMatch(/^it does not fit the event's schema: /);
  });

  it('LIF-8: a state that cannot be computed → the Ingress exists, and no event can carry it', () => {
    const object = ingress('a');
    const poisoned: K8sIngress = {
      ...object,
      get spec(): K8sIngress['spec'] {
        throw new Error('out of order');
      },
    };
    const store = new ClusterStore();
    store.upsert(object);
    store.ingress = () => poisoned;
    const { unpublishable, state } = desiredState(store, 'default/a', DEFAULT_SETTINGS);
    expect(unpublishable).toBe('its state cannot be computed: out of order');
    expect(state).toMatchObject({ namespace: 'default', name: 'a' });
  });
});

describe('contentHash', () => {
  it('is of the content, not of its order or of what is undefined', () => {
    expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, c: undefined, a: 1 }));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });
});
