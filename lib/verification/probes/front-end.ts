import type { FactId } from '../../appliance-facts/index.ts';
import { clientHello, type Met } from '../hello.ts';
import { type HelloListener, listen } from '../listener.ts';
import { type FactFinding, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { FreeFrontEnd, VerificationSettings } from '../settings.ts';
import type { ProbeTools } from '../tools.ts';
import { forwards, WITH_BACK_END } from './forwarding.ts';
import { FrontEndClient } from './front-end-client.ts';
import { type BackEnds, frontEndObjects, HOSTS, isInUse, makeBackEnds, makeFrontEnd } from './front-end-setup.ts';

const ALONE: readonly FactId[] = ['reset-seen-as', 'forward-without-members'];

/** Connections through a front end on the lent address. */
export const frontEnd: Probe = {
  name: 'front end',
  facts: factsOf,
  objects: frontEndObjects,
  requests: ({ frontEnd: lent, backEndAddress }) => (lent === undefined ? 0 : backEndAddress === undefined ? 16 : 39),
  async run(tools) {
    const { frontEnd: lent, backEndAddress } = tools.settings;
    if (lent === undefined) return {};
    if (await isInUse(tools, lent)) return all(tools.settings, 'the lent address and port are in use');
    const listener = backEndAddress === undefined ? undefined : await listen();
    try {
      const code = await makeFrontEnd(tools, listener?.port);
      if (code !== 0) return all(tools.settings, `an object of the front end was ${refusedWith(code)}`);
      const backEnds = listener === undefined ? undefined : await makeBackEnds(tools, listener.port);
      return await encounters(tools, lent, listener, backEnds);
    } finally {
      listener?.close();
    }
  },
};

function factsOf({ frontEnd: lent, backEndAddress }: VerificationSettings): readonly FactId[] {
  if (lent === undefined) return [];
  return backEndAddress === undefined ? ALONE : [...ALONE, ...WITH_BACK_END];
}

function all(settings: VerificationSettings, unknown: string): FactFindings {
  return Object.fromEntries(factsOf(settings).map((id) => [id, { unknown }]));
}

async function encounters(
  tools: ProbeTools,
  lent: FreeFrontEnd,
  listener: HelloListener | undefined,
  backEnds: BackEnds | undefined,
): Promise<FactFindings> {
  const client = new FrontEndClient(tools, lent);
  const reset = await client.until(HOSTS.reset, ({ encounter }) => encounter !== 'none');
  if (reset.encounter === 'none') return all(tools.settings, 'this machine does not reach the lent address');
  const down = await client.meet(await clientHello(HOSTS.down));
  const seen = (met: Met): FactFinding =>
    met.encounter === 'none' ? { unknown: 'the connection was not accepted' } : { value: met.encounter };
  return {
    'reset-seen-as': reset.encounter === 'silence' ? { unknown: 'no answer came' } : seen(reset),
    'forward-without-members': seen(down),
    ...(listener === undefined || backEnds === undefined ? {} : await forwards(tools, client, listener, backEnds)),
  };
}
