import type { FactId } from '../../appliance-facts/index.ts';
import { clientHello, type Met } from '../hello.ts';
import { type HelloListener, REPLY } from '../listener.ts';
import { type FactFinding, type FactFindings, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';
import type { FrontEndClient } from './front-end-client.ts';
import { type BackEnds, HOSTS, RENAMED, SERVER } from './front-end-setup.ts';

/** Facts about connections to a back end. */
export const WITH_BACK_END: readonly FactId[] = [
  'forward-untouched',
  'hello-in-segments',
  'forward-tls13-only',
  'forward-with-sni-enabled',
  'forward-idle-timeout',
  'rename-keeps-connections',
  'source-at-client-hello',
  'proxy-header-sent',
];
/** Segments of a hello. */
const SEGMENTS = 3;

const isReply = ({ encounter, bytes }: Met): boolean => encounter === 'answer' && bytes.equals(REPLY);

/** Finds out how connections to a back end are forwarded. */
export async function forwards(
  tools: ProbeTools,
  client: FrontEndClient,
  listener: HelloListener,
  backEnds: BackEnds,
): Promise<FactFindings> {
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
    'source-at-client-hello': await bySource(client, listener, backEnds),
    'proxy-header-sent': await withHeader(client, listener, backEnds),
    'rename-keeps-connections': await renamed(tools, client, listener),
    'forward-with-sni-enabled': await withSni(tools, client, listener),
  };
}

/** A policy forwards whoever is in a data set, and every client is. */
async function bySource(client: FrontEndClient, listener: HelloListener, { source }: BackEnds): Promise<FactFinding> {
  if (source !== 0) return { unknown: `a policy that looks at the source was ${refusedWith(source)}` };
  const hello = await clientHello(HOSTS.source);
  listener.expect(hello);
  return { value: isReply(await client.meet(hello)) };
}

async function withHeader(client: FrontEndClient, listener: HelloListener, { proxy }: BackEnds): Promise<FactFinding> {
  if (proxy !== 0) return { unknown: `a back end with a net profile was ${refusedWith(proxy)}` };
  const hello = await clientHello(HOSTS.proxy);
  listener.expect(hello, 'behind a PROXY header');
  const met = await client.until(hello, ({ encounter }) => encounter === 'answer' || encounter === 'close');
  if (isReply(met)) return { value: true };
  listener.expect(hello);
  return isReply(await client.meet(hello))
    ? { value: false, why: 'the hello came without a header' }
    : { unknown: 'neither a header nor the hello reached this machine' };
}

/** Gives the server another name while a connection is open, and then its own again: what is left is found by its name. */
async function renamed(tools: ProbeTools, client: FrontEndClient, listener: HelloListener): Promise<FactFinding> {
  const hello = await clientHello(HOSTS.up);
  listener.expect(hello);
  const open = client.open([hello]);
  if (!isReply(await open.met)) return { unknown: 'a connection that was to be kept was not made' };
  try {
    const { code } = await tools.rename('csvserver', SERVER, RENAMED);
    if (code !== 0) return { unknown: `a server was not renamed: ${refusedWith(code)}` };
    const ended = open.ended.then(() => true);
    const value = !(await Promise.race([ended, tools.wire.after(tools.wire.waits.pauseMs).then(() => false)]));
    await tools.rename('csvserver', RENAMED, SERVER);
    return { value };
  } finally {
    open.close();
  }
}

/** Last, because it changes the server. */
async function withSni(tools: ProbeTools, client: FrontEndClient, listener: HelloListener): Promise<FactFinding> {
  const { code } = await tools.set('sslvserver', { vservername: SERVER, snienable: 'ENABLED' });
  if (code !== 0) return { unknown: `SNI could not be enabled: ${refusedWith(code)}` };
  const hello = await clientHello(HOSTS.up);
  listener.expect(hello);
  return { value: isReply(await client.meet(hello)) };
}
