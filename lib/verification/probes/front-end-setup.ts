import { isIPv6 } from 'node:net';
import { ALWAYS, withSources } from '../../netscaler/expressions.ts';
import { objectsIn } from '../../nitro/answer.ts';
import type { NitroRow } from '../../nitro/index.ts';
import { FOLDER, MARK, own, ownMap } from '../names.ts';
import type { FreeFrontEnd, ProbeObject, VerificationSettings } from '../settings.ts';
import type { ProbeTools } from '../tools.ts';
import { type Must, refusalOf } from './steps.ts';

/** The server on the lent address, and the names of its objects. */
export const SERVER = own('front-end');
const DOWN = own('down');
const UP = own('up');
const RESET = own('reset');
const REST = own('rest');
const CERTIFICATE = own('certificate');
const FILES = { cert: own('certificate.crt'), key: own('certificate.key') } as const;
const TCP_PROFILE = own('tcp');
const MEMBER = own('this-machine');
const SOURCE = own('source');
const PROXY = own('proxy');
/** Data set that every IPv4 or IPv6 address is in, by its networks. */
const EVERYBODY = ownMap('everybody');
/** Name that the server has for a moment. */
export const RENAMED = own('renamed');
/** Idle time-out of the targets in seconds, as the engine's back ends have it. */
const TARGET_IDLE = 9000;

/** Names that clients send. `.invalid` is reserved (RFC 2606): no client of anybody asks for it. */
export const HOSTS = {
  reset: 'reset.nspassverify.invalid',
  down: 'down.nspassverify.invalid',
  up: 'up.nspassverify.invalid',
  source: 'source.nspassverify.invalid',
  proxy: 'proxy.nspassverify.invalid',
} as const;

/** Returns every object of the front end. */
export function frontEndObjects({ frontEnd, backEndAddress }: VerificationSettings): ProbeObject[] {
  if (frontEnd === undefined) return [];
  const { address, port } = frontEnd;
  const back: ProbeObject[] = [
    { type: 'server', name: MEMBER, detail: backEndAddress ?? '' },
    { type: 'servicegroup', name: UP, detail: '1 member' },
    { type: 'lbvserver', name: UP, detail: 'without an address; its service group' },
    { type: 'sslaction', name: UP },
    { type: 'sslpolicy', name: UP },
    { type: 'policydataset', name: EVERYBODY, detail: '2 networks' },
    { type: 'sslpolicy', name: SOURCE },
    { type: 'netprofile', name: PROXY },
    { type: 'servicegroup', name: PROXY, detail: '1 member' },
    { type: 'lbvserver', name: PROXY, detail: 'without an address; its service group' },
    { type: 'sslaction', name: PROXY },
    { type: 'sslpolicy', name: PROXY },
  ];
  return [
    { type: 'systemfile', name: FILES.cert },
    { type: 'systemfile', name: FILES.key },
    { type: 'sslcertkey', name: CERTIFICATE },
    { type: 'nstcpprofile', name: TCP_PROFILE },
    { type: 'csvserver', name: SERVER, detail: `${address} port ${port}; its policies and certificate` },
    { type: 'lbvserver', name: DOWN, detail: 'without an address' },
    { type: 'sslaction', name: DOWN },
    { type: 'sslpolicy', name: DOWN },
    { type: 'sslpolicy', name: RESET },
    { type: 'sslpolicy', name: REST },
    ...(backEndAddress === undefined ? [] : back),
  ];
}

/** Returns the server whose address and port these are, or whose traffic a server there would take. */
export async function isInUse(tools: ProbeTools, { address, port }: FreeFrontEnd): Promise<boolean> {
  for (const type of ['csvserver', 'lbvserver']) {
    const path = `${type}?filter=ipv46:${encodeURIComponent(address)}`;
    const { code, body } = await tools.call({ method: 'GET', path });
    if (code !== 0) return true;
    const taken = (row: NitroRow): boolean =>
      String(row.ipv46) === address && [String(port), '65535', '*'].includes(String(row.port));
    if (objectsIn(body[type], 'read').some(taken)) return true;
  }
  return false;
}

/**
 * Makes the front end: the closing policies before the certificate, which brings the server up.
 *
 * @param listenerPort of this machine; undefined without a back end.
 * @returns the error code that stopped it; 0 when all is there.
 */
export async function makeFrontEnd(tools: ProbeTools, listenerPort: number | undefined): Promise<number> {
  return refusalOf(async (must) => {
    await makeServer(tools, must);
    await must(tools.add('lbvserver', targetOf(DOWN)));
    await makePolicies(tools, must, DOWN, HOSTS.down, 2);
    if (listenerPort !== undefined) {
      await must(tools.add('server', { name: MEMBER, ipaddress: tools.settings.backEndAddress, comment: MARK }));
      await makeTarget(tools, must, UP, listenerPort);
      await makePolicies(tools, must, UP, HOSTS.up, 3);
    }
    await must(tools.bind('sslvserver_sslcertkey_binding', { vservername: SERVER, certkeyname: CERTIFICATE }));
  });
}

const targetOf = (name: string): NitroRow => ({ name, servicetype: 'TCP', clttimeout: TARGET_IDLE, comment: MARK });

const policyOf = (name: string, rule: string, action: string): NitroRow => ({
  name,
  rule,
  action,
  undefaction: 'RESET',
  comment: MARK,
});

const bindingOf = (policyname: string, priority: number): NitroRow => ({
  vservername: SERVER,
  policyname,
  priority,
  type: 'CLIENTHELLO_REQ',
});

const isHost = (host: string): string => `CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER.EQ("${host}")`;

async function makeServer(tools: ProbeTools, must: Must): Promise<void> {
  const { frontEnd } = tools.settings;
  const { cert, key } = await tools.wire.certificate();
  const file = (filename: string, text: string): NitroRow => ({
    filename,
    filelocation: FOLDER,
    filecontent: Buffer.from(text, 'utf8').toString('base64'),
    fileencoding: 'BASE64',
  });
  await must(tools.add('systemfile', file(FILES.cert, cert)));
  await must(tools.add('systemfile', file(FILES.key, key)));
  await must(tools.add('sslcertkey', { certkey: CERTIFICATE, ...FILES }));
  // As the engine's front ends have it, for hellos in several segments.
  await must(tools.add('nstcpprofile', { name: TCP_PROFILE, establishclientconn: 'CONN_ESTABLISHED' }));
  await must(
    tools.add('csvserver', {
      name: SERVER,
      servicetype: 'SSL',
      ipv46: frontEnd?.address,
      port: frontEnd?.port,
      clttimeout: tools.wire.waits.idleSeconds,
      tcpprofilename: TCP_PROFILE,
      comment: MARK,
    }),
  );
  await must(tools.add('sslpolicy', policyOf(RESET, isHost(HOSTS.reset), 'RESET')));
  await must(tools.add('sslpolicy', policyOf(REST, ALWAYS, 'RESET')));
  await must(tools.bind('sslvserver_sslpolicy_binding', bindingOf(RESET, 1)));
  await must(tools.bind('sslvserver_sslpolicy_binding', bindingOf(REST, 10)));
}

async function makePolicies(
  tools: ProbeTools,
  must: Must,
  name: string,
  host: string,
  priority: number,
): Promise<void> {
  await must(tools.add('sslaction', { name, forward: name }));
  await must(tools.add('sslpolicy', policyOf(name, isHost(host), name)));
  await must(tools.bind('sslvserver_sslpolicy_binding', bindingOf(name, priority)));
}

/** Makes a target with this machine as its member. */
async function makeTarget(
  tools: ProbeTools,
  must: Must,
  name: string,
  port: number,
  more: NitroRow = {},
): Promise<void> {
  const group = {
    servicegroupname: name,
    servicetype: 'TCP',
    clttimeout: TARGET_IDLE,
    svrtimeout: TARGET_IDLE,
    comment: MARK,
    ...more,
  };
  await must(tools.add('servicegroup', group));
  const member = { servicegroupname: name, servername: MEMBER, port };
  await must(tools.bind('servicegroup_servicegroupmember_binding', member));
  await must(tools.add('lbvserver', targetOf(name)));
  await must(tools.bind('lbvserver_servicegroup_binding', { name, servicegroupname: name }));
}

/** Error codes that stopped parts which one fact alone needs; 0 when all is there. */
export interface BackEnds {
  /** A policy that looks at the source of a connection. */
  readonly source: number;
  /** A back end whose net profile sends the PROXY header. */
  readonly proxy: number;
}

/** Makes what one fact alone needs: an appliance that refuses it still serves the others. @param port of this machine. */
export async function makeBackEnds(tools: ProbeTools, port: number): Promise<BackEnds> {
  return {
    source: await refusalOf((must) => makeSourcePolicy(tools, must)),
    proxy: await refusalOf((must) => makeProxied(tools, must, port)),
  };
}

async function makeSourcePolicy(tools: ProbeTools, must: Must): Promise<void> {
  const family = isIPv6(tools.settings.frontEnd?.address ?? '') ? 6 : 4;
  const networks = family === 6 ? ['::/1', '8000::/1'] : ['0.0.0.0/1', '128.0.0.0/1'];
  await must(tools.add('policydataset', { name: EVERYBODY, type: `ipv${family}`, comment: MARK }));
  const values = networks.map((value) => ({ name: EVERYBODY, value }));
  await must(tools.bind('policydataset_value_binding', values));
  const rule = withSources(isHost(HOSTS.source), family, { allow: EVERYBODY });
  await must(tools.add('sslpolicy', policyOf(SOURCE, rule, UP)));
  await must(tools.bind('sslvserver_sslpolicy_binding', bindingOf(SOURCE, 4)));
}

async function makeProxied(tools: ProbeTools, must: Must, port: number): Promise<void> {
  const profile = { name: PROXY, proxyprotocol: 'ENABLED', proxyprotocoltxversion: 'V1' };
  await must(tools.add('netprofile', profile));
  await makeTarget(tools, must, PROXY, port, { netprofile: PROXY });
  await makePolicies(tools, must, PROXY, HOSTS.proxy, 5);
}
