import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { FactReport } from '../../../lib/appliance-facts/index.ts';
import type { RequestInfo, Simulator } from '../../../lib/simulator/index.ts';
import { verify } from '../../../lib/verification/index.ts';
import { appliance, EVERYTHING, everything, PATIENT, toolsFor, verified } from '../../support/verification.ts';

let simulator: Simulator;
const closing: (() => void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await simulator.stop();
});

/** Verifies an appliance that refuses some requests, and returns its report. */
async function reportWhere(refused: (request: RequestInfo) => boolean): Promise<FactReport> {
  simulator = await appliance({
    onRequest: (request) => (refused(request) ? { type: 'error', code: 4_242 } : undefined),
  });
  const before = await everything(simulator);
  const { report, left } = await verified(simulator, { settings: EVERYTHING });
  expect(left).toEqual([]);
  expect(await everything(simulator), 'the appliance is as before').toBe(before);
  if (report === undefined) throw new Error('there is no report');
  return report;
}

/** Whether a request makes an object of this type, and its body has this text. */
const makes =
  (type: string, text = '') =>
  ({ kind, operation, body }: RequestInfo): boolean =>
    kind === type && operation === 'add' && JSON.stringify(body).includes(text);

const KNOWN = { value: true };

describe('what ACME challenges rest on', () => {
  it.each([
    [
      'a computed server is refused: no, with the code',
      makes('csaction', 'targetvserverexpr'),
      { value: false, why: 'refused with error 4242' },
      KNOWN,
    ],
    [
      'its policy is refused: no, too',
      makes('cspolicy', 'computed'),
      { value: false, why: 'refused with error 4242' },
      KNOWN,
    ],
    [
      'the string map is refused: nobody knows',
      makes('policystringmap', 'nspassverify_challenges'),
      { value: 'unknown', why: 'a string map or its entries were refused with error 4242' },
      KNOWN,
    ],
    [
      'the redirect is refused: what passes it says nothing',
      makes('responderaction'),
      KNOWN,
      { value: 'unknown', why: 'a redirect or the policy before it was refused with error 4242' },
    ],
  ])('%s', async (_case, refused, computed, noop) => {
    const { facts } = await reportWhere(refused);
    expect(facts['computed-server']).toEqual(computed);
    expect(facts['noop-before-switching']).toEqual(noop);
    expect(facts['forward-untouched'], 'the front end gets the address').toEqual(KNOWN);
  });

  it('no server for plain HTTP can be made: both are unknown, and the front end is asked', async () => {
    const { facts } = await reportWhere(makes('csvserver', '"HTTP"'));
    const unknown = { value: 'unknown', why: 'a server for plain HTTP was refused with error 4242' };
    expect(facts['computed-server']).toEqual(unknown);
    expect(facts['noop-before-switching']).toEqual(unknown);
    expect(facts['forward-untouched']).toEqual(KNOWN);
  });

  it('the lent address never answers: a few attempts, both are unknown, and nothing is left', async () => {
    simulator = await appliance();
    const before = await everything(simulator);
    const accepted: Socket[] = [];
    const silent = createServer((socket) => void accepted.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      silent.close();
      for (const socket of accepted) socket.destroy();
    });
    const settings = { ...EVERYTHING, partition: false };
    const connectTo = () => connect((silent.address() as AddressInfo).port);
    const tools = toolsFor(simulator, { settings, waits: { answerMs: 10 }, connect: connectTo });
    const { report, left } = await verify(tools, PATIENT);
    expect(left).toEqual([]);
    expect(await everything(simulator)).toBe(before);
    expect(report?.facts['computed-server']).toEqual({
      value: 'unknown',
      why: 'no request over plain HTTP reached this machine',
    });
    expect(accepted.length).toBeLessThanOrEqual(3 + 2 + 3);
  });
});
