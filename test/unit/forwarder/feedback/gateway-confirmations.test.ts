import { describe, expect, it } from 'vitest';
import { GatewayConfirmations } from '../../../../lib/forwarder/feedback/gateway-confirmations.ts';

const answer = (address: string, ...listeners: string[]) => ({ addresses: [address], listeners: new Set(listeners) });

/** Returns the confirmations and the names that were announced. */
function watched() {
  const confirmations = new GatewayConfirmations();
  const changes: string[] = [];
  const stop = confirmations.onChange((name) => changes.push(name));
  return { confirmations, changes, stop };
}

describe('GW-13: confirmations of Gateways', () => {
  it('a Gateway without an answer → none', () => {
    expect(new GatewayConfirmations().get('infra/edge')).toBeUndefined();
  });

  it('answers of several appliances, in any order → united in the order of their names', () => {
    const { confirmations } = watched();
    confirmations.replace('infra/edge', 'west', { ...answer('192.0.2.20', 'tls'), refusal: 'west refuses' });
    confirmations.replace('infra/edge', 'east', { ...answer('192.0.2.10', 'tls', 'http'), refusal: 'east refuses' });
    expect(confirmations.get('infra/edge')).toEqual({
      addresses: ['192.0.2.10', '192.0.2.20'],
      listeners: new Set(['tls', 'http']),
      refusal: 'east refuses',
    });
    expect(confirmations.get('infra/other')).toBeUndefined();
  });

  it('one address on two appliances → named once', () => {
    const { confirmations } = watched();
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'tls'));
    confirmations.replace('infra/edge', 'west', answer('192.0.2.10', 'tls'));
    expect(confirmations.get('infra/edge')?.addresses).toEqual(['192.0.2.10']);
  });

  it('an appliance that has nothing any more → the answers of the others stay', () => {
    const { confirmations } = watched();
    const nothing = { addresses: [], listeners: new Set<string>() };
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'tls'));
    confirmations.replace('infra/edge', 'west', answer('192.0.2.20', 'http'));
    confirmations.replace('infra/edge', 'east', nothing);
    expect(confirmations.get('infra/edge')).toEqual(answer('192.0.2.20', 'http'));
    confirmations.replace('infra/edge', 'west', nothing);
    expect(confirmations.get('infra/edge')).toEqual(nothing);
  });

  it('a deleted object → the answers about a Gateway of that name go, and no others', () => {
    const { confirmations } = watched();
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'tls'));
    confirmations.forgetObject('infra/edge');
    confirmations.forgetObject('infra/tlsroute/edge');
    expect(confirmations.get('infra/edge')).toBeDefined();
    confirmations.forgetObject('infra/gateway/edge');
    expect(confirmations.get('infra/edge')).toBeUndefined();
  });

  it('a change → announced once; an equal answer, and a listener that ended → not', () => {
    const { confirmations, changes, stop } = watched();
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'tls', 'http'));
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'http', 'tls'));
    confirmations.forget('infra/unknown');
    expect(changes).toEqual(['infra/edge']);
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'http'));
    confirmations.forget('infra/edge');
    expect(changes).toEqual(['infra/edge', 'infra/edge', 'infra/edge']);
    expect(confirmations.get('infra/edge')).toBeUndefined();
    stop();
    confirmations.replace('infra/edge', 'east', answer('192.0.2.10', 'tls'));
    expect(changes).toHaveLength(3);
  });
});
