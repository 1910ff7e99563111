import { describe, expect, it } from 'vitest';
import { assignedAddresses } from '../../../../lib/forwarder/feedback/assigned-addresses.ts';
import { GatewayConfirmations } from '../../../../lib/forwarder/feedback/gateway-confirmations.ts';

const status = (...values: unknown[]) => JSON.stringify({ addresses: values.map((value) => ({ value })) });

describe('GW-6: the addresses that a Gateway has been given', () => {
  it.each<[string, string[], string | undefined, string[]]>([
    ['none', [], undefined, []],
    ['in the status of an earlier leader', [], status('192.0.2.10'), ['192.0.2.10']],
    ['confirmed, where nobody keeps a status', ['192.0.2.10'], undefined, ['192.0.2.10']],
    ['both: each once, sorted', ['192.0.2.20', '192.0.2.10'], status('192.0.2.10'), ['192.0.2.10', '192.0.2.20']],
    ['a status of another form', [], JSON.stringify({ addresses: 'x' }), []],
    ['an address of another form', [], status(7, null, '192.0.2.10'), ['192.0.2.10']],
    ['no status at all', [], 'null', []],
  ])('%s', (_what, confirmed, json, expected) => {
    const confirmations = new GatewayConfirmations();
    if (confirmed.length > 0) {
      confirmations.replace('infra/edge', 'east', { addresses: confirmed, listeners: new Set() });
    }
    const asked: string[] = [];
    const assigned = assignedAddresses(confirmations, {
      statusOf: (kind, namespace, name) => {
        asked.push(`${kind} ${namespace}/${name}`);
        return json;
      },
    });
    expect(assigned('infra/edge')).toEqual(expected);
    expect(asked).toEqual(['Gateway infra/edge']);
  });

  it('a source without statuses → what was confirmed', () => {
    expect(assignedAddresses(new GatewayConfirmations(), {})('infra/edge')).toEqual([]);
  });
});
