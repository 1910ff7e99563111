import { expect, it } from 'vitest';
import { eventText } from '../../../lib/cli/local/event-text.ts';
import type { BusEvent } from '../../../lib/contract/index.ts';

const ingress = { namespace: 'default', name: 'a' };
const snapshot = (from: string, to: string, ingresses: object[], listed: object[] = []): object => ({
  from,
  to,
  ingresses,
  listed,
});

it.each<[string, object, string]>([
  ['Ingress Changed', { ingress }, 'default/a, as it is now'],
  ['Ingress Withdrawn', ingress, 'default/a no longer asks for passthrough'],
  ['Cluster Snapshot', snapshot('22', 'zz', []), 'the state of all: no Ingress asks for passthrough'],
  ['Cluster Snapshot', snapshot('22', 'zz', [ingress]), 'the state of all: 1 Ingress with passthrough'],
  ['Cluster Snapshot', snapshot('22', 'zz', [ingress], [ingress]), 'the state of all: 2 Ingresses with passthrough'],
  ['Cluster Snapshot', snapshot('22', 'ab', [ingress]), 'the state of some: 1 Ingress with passthrough'],
  ['Resync Requested', { reason: 'x' }, 'Resync Requested'],
])('%s %j', (detailType, data, text) => {
  expect(eventText({ detailType, detail: { data } } as unknown as BusEvent)).toBe(text);
});
