import type { FactId } from '../../appliance-facts/index.ts';
import type { Met } from '../hello.ts';
import { listenHttp } from '../http-listener.ts';
import { type FactFinding, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';
import {
  type ComputedParts,
  challengeObjects,
  giveBack,
  makeComputed,
  makeRedirect,
  makeWebServer,
  PATHS,
  WEB_HOSTS,
} from './challenges-setup.ts';
import { FrontEndClient } from './front-end-client.ts';
import { isInUse } from './front-end-setup.ts';

const FACTS: readonly FactId[] = ['computed-server', 'noop-before-switching'];

/**
 * Requests over plain HTTP to the lent address, as an authority makes them: each fact has a host or a path of its own, so that
 * neither hides the other. It gives the address back for the front end.
 */
export const challenges: Probe = {
  name: 'challenges',
  facts: ({ frontEnd, backEndAddress }) => (frontEnd === undefined || backEndAddress === undefined ? [] : FACTS),
  objects: challengeObjects,
  requests: ({ frontEnd, backEndAddress }) => (frontEnd === undefined || backEndAddress === undefined ? 0 : 24),
  async run(tools) {
    const { frontEnd } = tools.settings;
    if (frontEnd === undefined) return {};
    if (await isInUse(tools, frontEnd)) return neither('the lent address and port are in use');
    const listener = await listenHttp(Object.values(WEB_HOSTS));
    try {
      return await answers(tools, new FrontEndClient(tools, frontEnd), listener.port);
    } finally {
      listener.close();
      await giveBack(tools);
    }
  },
};

const neither = (unknown: string): FactFindings => Object.fromEntries(FACTS.map((id) => [id, { unknown }]));

async function answers(tools: ProbeTools, client: FrontEndClient, port: number): Promise<FactFindings> {
  const made = await makeWebServer(tools, port);
  if (made !== 0) return neither(`a server for plain HTTP was ${refusedWith(made)}`);
  const computed = await makeComputed(tools);
  const redirect = await makeRedirect(tools);
  const plain = await client.until(request(WEB_HOSTS.switched, PATHS.plain), (met) => statusOf(met) === 200);
  if (statusOf(plain) !== 200) return neither('no request over plain HTTP reached this machine');
  return {
    'computed-server': await ofComputed(client, computed),
    'noop-before-switching': await ofNoop(client, redirect),
  };
}

async function ofComputed(client: FrontEndClient, { rows, policy }: ComputedParts): Promise<FactFinding> {
  if (rows !== 0) return { unknown: `a string map or its entries were ${refusedWith(rows)}` };
  if (policy !== 0) return { value: false, why: refusedWith(policy) };
  const met = await client.meet(request(WEB_HOSTS.computed, PATHS.challenge));
  return statusOf(met) === 200 ? { value: true } : { value: false, why: 'the request did not reach the server' };
}

/** A redirect without an effect would let everything pass, so that it is asked first. */
async function ofNoop(client: FrontEndClient, redirect: number): Promise<FactFinding> {
  if (redirect !== 0) return { unknown: `a redirect or the policy before it was ${refusedWith(redirect)}` };
  const redirected = await client.meet(request(WEB_HOSTS.switched, PATHS.redirected));
  if (statusOf(redirected) !== 301) return { unknown: 'a redirect had no effect' };
  const met = await client.meet(request(WEB_HOSTS.switched, PATHS.challenge));
  if (statusOf(met) === 200) return { value: true };
  return {
    value: false,
    why: `the request was ${statusOf(met) === 301 ? 'redirected' : 'not answered by its server'}`,
  };
}

const request = (host: string, path: string): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

/** Returns the status of an answer; undefined where none of HTTP came. */
function statusOf({ bytes }: Met): number | undefined {
  const [, status] = /^HTTP\/1\.[01] (\d{3}) /.exec(bytes.toString('latin1')) ?? [];
  return status === undefined ? undefined : Number(status);
}
