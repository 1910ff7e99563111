import { expect, it } from 'vitest';
import type { BusEvent } from '../../../../lib/contract/index.ts';
import { gcAfterPublish } from '../../../../lib/forwarder/process/gc-after-publish.ts';

const event = (detailType: string): BusEvent => ({ detailType }) as BusEvent;

it.each([
  ['a snapshot', ['Cluster Snapshot'], 1],
  ['a snapshot of TLSRoutes', ['TLSRoute Snapshot'], 1],
  ['single events', ['Ingress Changed', 'Ingress Withdrawn'], 0],
])('collects after %s as often as is worth it, and hands the result on', async (_what, types, times) => {
  let collected = 0;
  const failed = [{ event: event('x'), error: new Error('x') }];
  const publisher = gcAfterPublish({ publish: async () => ({ failed }) }, () => {
    collected += 1;
  });
  expect(await publisher.publish(types.map(event))).toEqual({ failed });
  expect(collected).toBe(times);
});
