import type { Transport } from '../../lib/nitro/index.ts';
import { startWorld } from '../support/engine.ts';
import { batches, estate, snapshotEvents } from '../support/estate.ts';
import { atMost, type Benchmark } from './figure.ts';

const INGRESSES = 10_000;
const REQUEST_MS = 5;

/** Nobody documents whether an appliance takes several member lists in one call: where it does not, this. */
export const memberLists: Benchmark = {
  summary: `${INGRESSES.toLocaleString('en')} Ingresses onto an empty appliance that takes one member list a call, ${REQUEST_MS} ms a request`,
  async run() {
    const world = await startWorld({ between: oneListACall });
    world.appliance.setFaults([{ fault: { type: 'delay', ms: REQUEST_MS } }]);
    try {
      const started = performance.now();
      for (const batch of batches(snapshotEvents(estate(INGRESSES), 1_000_000, { flagged: true }))) {
        const { outcomes } = await world.deliver(...batch);
        const failed = outcomes.find(({ detailType }) => detailType === 'Ingress Failed');
        if (failed !== undefined) throw new Error(`not programmed: ${JSON.stringify(failed)}`);
      }
      const seconds = (performance.now() - started) / 1_000;
      const lists = world.appliance.requests.byKind.servicegroup_servicegroupmemberlist_binding ?? 0;
      return [
        atMost('time', seconds, 60, 's', 1),
        { what: 'requests with a member list', measured: lists.toLocaleString('en') },
        { what: 'all requests', measured: world.requests().total.toLocaleString('en') },
      ];
    } finally {
      await world.stop();
    }
  },
};

const oneListACall =
  (transport: Transport): Transport =>
  async (call) => {
    const body = call.body as { servicegroup_servicegroupmemberlist_binding?: unknown } | undefined;
    if (!Array.isArray(body?.servicegroup_servicegroupmemberlist_binding)) return transport(call);
    return { status: 400, headers: {}, body: { errorcode: 278, message: 'Invalid argument', severity: 'ERROR' } };
  };
