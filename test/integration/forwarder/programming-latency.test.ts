import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, named } from '../../conformance/simulator/traffic.ts';
import { eventually } from '../../support/eventually.ts';
import { ask } from '../../support/hello.ts';
import { type ScriptedStack, startScriptedStack } from '../../support/scripted-stack.ts';
import { ingress, service, slice } from '../../unit/forwarder/support.ts';

const VIP = '192.0.2.10';
const web = (host?: string) =>
  ingress('web', {
    annotations: { 'ingress.citrix.com/frontend-ip': VIP },
    ...(host === undefined ? {} : { host }),
  });

describe('programming latency, from the trigger of an EndpointSlice to the data plane', () => {
  let stack: ScriptedStack;
  let sides: Backend[];

  beforeAll(async () => {
    sides = await Promise.all(['left', 'right'].map(named));
    stack = await startScriptedStack({
      initial: [...service('web', ['10.1.0.1']), web()],
      map: new Map(sides.map(({ endpoint }, side) => [`10.1.0.${side + 1}:8443`, endpoint])),
    });
    await stack.forwarder.ready;
    await stack.settled();
  });
  afterAll(async () => {
    await stack?.stop();
    await Promise.all(sides.map((side) => side.stop()));
  });

  const samples = (): number[] =>
    stack.metrics.samples.filter(({ name }) => name === 'ProgrammingLatency').map(({ value }) => value);
  const answers = async (host: string, name: string): Promise<void> => {
    await eventually(async () => {
      const front = stack.appliance.frontends.get(`${VIP}:443`);
      return front !== undefined && (await ask(front, host)) === name;
    }, `${host} is routed to ${name}`);
    await stack.settled();
  };

  it('a change of members with a trigger → one sample of the function, one of the forwarder', async () => {
    const triggeredAt = Date.now() - 2_000;
    stack.sink.upsert(slice('web', ['10.1.0.2']), triggeredAt);
    await answers('web.example.com', 'right');
    expect(samples()).toHaveLength(1);
    const [sample = 0] = samples();
    expect(sample).toBeGreaterThanOrEqual(2_000);
    expect(sample).toBeLessThanOrEqual(Date.now() - triggeredAt);
    const { count, sumMs } = stack.forwarder.metrics().programming;
    expect(count).toBe(1);
    expect(sumMs).toBeGreaterThanOrEqual(2_000);
    expect(sumMs).toBeLessThanOrEqual(Date.now() - triggeredAt);
  });

  it('a change of the Ingress, a snapshot, and a replay → none', async () => {
    stack.sink.upsert(web('other.example.com'));
    await answers('other.example.com', 'right');
    stack.forwarder.snapshot('test', { flagged: true });
    await stack.settled();
    const programmed = stack.metrics.sum('IngressesProgrammed');
    await stack.replay('again');
    await stack.settled();
    expect(samples()).toHaveLength(1);
    expect(stack.forwarder.metrics().programming.count).toBe(1);
    // What was there before was programmed: nothing of it was lost by the replay.
    expect(stack.metrics.sum('IngressesProgrammed')).toBeGreaterThanOrEqual(programmed);
  });
});
