import type { FactId } from '../../appliance-facts/index.ts';
import { call, clientHello, cutInto, type HelloCall, type Met } from '../hello.ts';
import { type HelloListener, listen, REPLY } from '../listener.ts';
import { type FactFinding, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { FreeFrontEnd, VerificationSettings } from '../settings.ts';
import type { ProbeTools } from '../tools.ts';
import { frontEndObjects, HOSTS, isInUse, makeFrontEnd, SERVER } from './front-end-setup.ts';

const ALONE: readonly FactId[] = ['reset-seen-as', 'forward-without-members'];
const WITH_BACK_END: readonly FactId[] = [
  'forward-untouched',
  'hello-in-segments',
  'forward-tls13-only',
  'forward-with-sni-enabled',
  'forward-idle-timeout',
];
/** Attempts to reach a server that comes up: a monitor takes some seconds. */
const ATTEMPTS = 30;
/** Segments of a hello, and milliseconds between them. */
const SEGMENTS = 3;
const SEGMENT_MS = 20;

/** Connections through a front end on the lent address. */
export const frontEnd: Probe = {
  name: 'front end',
  facts: factsOf,
  objects: frontEndObjects,
  requests: ({ frontEnd: lent, backEndAddress }) => (lent === undefined ? 0 : backEndAddress === undefined ? 16 : 25),
  async run(tools) {
    const { frontEnd: lent, backEndAddress } = tools.settings;
    if (lent === undefined) return {};
    if (await isInUse(tools, lent)) return all(tools.settings, 'the lent address and port are in use');
    const listener = backEndAddress === undefined ? undefined : await listen();
    try {
      const code = await makeFrontEnd(tools, listener?.port);
      if (code !== 0) return all(tools.settings, `an object of the front end was ${refusedWith(code)}`);
      return await encounters(tools, lent, listener);
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
): Promise<FactFindings> {
  const client = new Client(tools, lent);
  const reset = await client.until(HOSTS.reset, ({ encounter }) => encounter !== 'none');
  if (reset.encounter === 'none') return all(tools.settings, 'this machine does not reach the lent address');
  const down = await client.meet(await clientHello(HOSTS.down));
  const seen = (met: Met): FactFinding =>
    met.encounter === 'none' ? { unknown: 'the connection was not accepted' } : { value: met.encounter };
  return {
    'reset-seen-as': reset.encounter === 'silence' ? { unknown: 'no answer came' } : seen(reset),
    'forward-without-members': seen(down),
    ...(listener === undefined ? {} : await forwards(tools, client, listener)),
  };
}

async function forwards(tools: ProbeTools, client: Client, listener: HelloListener): Promise<FactFindings> {
  const hello = await clientHello(HOSTS.up);
  listener.expect(hello);
  const first = await client.until(hello, ({ encounter }) => encounter === 'answer');
  if (!isReply(first)) {
    const unknown = 'no connection reached this machine: the appliance must reach it at the lent address';
    const untouched: FactFinding = first.encounter === 'answer' ? { value: false } : { unknown };
    const others = WITH_BACK_END.map((id): [FactId, FactFinding] => [
      id,
      { unknown: 'FORWARD did not reach this machine' },
    ]);
    return { ...Object.fromEntries(others), 'forward-untouched': untouched };
  }
  const idle = client.open([hello]);
  await idle.met;
  const segments = await client.meet(hello, SEGMENTS);
  const only13 = await clientHello(HOSTS.up, true);
  listener.expect(only13);
  const tls13 = await client.meet(only13);
  const { idleMs } = tools.wire.waits;
  const closed = await Promise.race([idle.ended.then(() => true), tools.wire.after(idleMs).then(() => false)]);
  idle.close();
  return {
    'forward-untouched': { value: true },
    'hello-in-segments': { value: isReply(segments) },
    'forward-tls13-only': { value: isReply(tls13) },
    'forward-idle-timeout': { value: closed ? 'front end' : 'target' },
    'forward-with-sni-enabled': await withSni(tools, client, listener),
  };
}

/** Last, because it changes the server. */
async function withSni(tools: ProbeTools, client: Client, listener: HelloListener): Promise<FactFinding> {
  const { code } = await tools.set('sslvserver', { vservername: SERVER, snienable: 'ENABLED' });
  if (code !== 0) return { unknown: `SNI could not be enabled: ${refusedWith(code)}` };
  const hello = await clientHello(HOSTS.up);
  listener.expect(hello);
  return { value: isReply(await client.meet(hello)) };
}

const isReply = ({ encounter, bytes }: Met): boolean => encounter === 'answer' && bytes.equals(REPLY);

/** A client of the front end. */
class Client {
  readonly #tools: ProbeTools;
  readonly #lent: FreeFrontEnd;

  constructor(tools: ProbeTools, lent: FreeFrontEnd) {
    this.#tools = tools;
    this.#lent = lent;
  }

  open(parts: readonly Buffer[]): HelloCall {
    const { connect, after, waits } = this.#tools.wire;
    this.#tools.checkStopped();
    return call(connect(this.#lent.address, this.#lent.port), parts, {
      pause: () => after(SEGMENT_MS),
      silence: () => after(waits.answerMs),
    });
  }

  async meet(hello: Buffer, segments = 1): Promise<Met> {
    const caller = this.open(cutInto(hello, segments));
    const met = await caller.met;
    caller.close();
    return met;
  }

  /** Tries again until an encounter is as wanted. @returns the last one. */
  async until(host: string | Buffer, wanted: (met: Met) => boolean): Promise<Met> {
    const hello = typeof host === 'string' ? await clientHello(host) : host;
    let met = await this.meet(hello);
    for (let attempt = 1; attempt < ATTEMPTS && !wanted(met); attempt++) {
      await this.#tools.wire.after(this.#tools.wire.waits.pauseMs);
      met = await this.meet(hello);
    }
    return met;
  }
}
